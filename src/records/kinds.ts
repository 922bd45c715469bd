import type { TLiteral } from 'typebox'
import type { RecordHead } from '../model/run/record.js'
import { Run } from '../model/run/run.js'
import type { Versioned } from '../model/schema/result-problems.js'
import { Calibration } from '../model/studies/calibration.js'
import { CapacityResult } from '../model/studies/capacity.js'
import { GateResult } from '../model/studies/gate.js'
import { Ladder } from '../model/studies/ladder.js'
import { TuneResult } from '../model/studies/tune.js'

/** A record that says which kind it is. */
export type KindedRecord = RecordHead & { readonly kind: string }

/** A kind of record, and what people are told of it. */
export interface Kind<R extends KindedRecord = KindedRecord> {
  readonly name: R['kind']
  readonly schema: Versioned & { readonly properties: { readonly kind: TLiteral<string> } }
  /** Its file, in the record's folder. */
  readonly file: string
  readonly noun: string
  /** How to get another one, in words. */
  readonly again: string
  /** A field that no other kind has: a file from before `kind` is known by it under any name. */
  readonly mark: string
}

interface Records {
  readonly run: Run
  readonly ladder: Ladder
  readonly capacity: CapacityResult
  readonly tune: TuneResult
  readonly gate: GateResult
  readonly calibrate: Calibration
}

/** A study of rungs' own that leaves a result file. */
export type RecordKind = keyof Records
export type RecordOf<K extends RecordKind> = Records[K]

export const KINDS: { readonly [K in RecordKind]: Kind<Records[K]> } = {
  run: { name: 'run', schema: Run, file: 'run.json', noun: 'run', again: 'measure again', mark: 'cells' },
  ladder: {
    name: 'ladder',
    schema: Ladder,
    file: 'ladder.json',
    noun: 'ladder',
    again: 'measure again',
    mark: 'boots',
  },
  capacity: {
    name: 'capacity',
    schema: CapacityResult,
    file: 'capacity.json',
    noun: 'capacity search',
    again: 'search again',
    mark: 'probes',
  },
  tune: {
    name: 'tune',
    schema: TuneResult,
    file: 'tune.json',
    noun: 'tuning',
    again: 'tune again',
    mark: 'candidates',
  },
  gate: {
    name: 'gate',
    schema: GateResult,
    file: 'gate.json',
    noun: 'gate',
    again: 'run the gate again',
    mark: 'blocks',
  },
  calibrate: {
    name: 'calibrate',
    schema: Calibration,
    file: 'calibration.json',
    noun: 'calibration',
    again: 'calibrate again (rungs calibrate)',
    mark: 'fixtures',
  },
}

/** Those of rungs' own studies. */
export const OWN_KINDS: readonly Kind[] = Object.values(KINDS)

/** The kind of a value read from a file: as it says itself, else by the file's name, else by its fields. */
export function kindOf(value: unknown, name: string, kinds: readonly Kind[]): Kind | null {
  const fields: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null ? { ...value } : {}
  return (
    kinds.find((kind) => fields.kind === kind.name) ??
    kinds.find((kind) => name === kind.file) ??
    kinds.find((kind) => kind.mark in fields) ??
    null
  )
}
