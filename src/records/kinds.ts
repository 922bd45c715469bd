import type { Static } from 'typebox'
import type { RecordKind } from '../model/run/record.js'
import { Run } from '../model/run/run.js'
import { Calibration } from '../model/studies/calibration.js'
import { CapacityResult } from '../model/studies/capacity.js'
import { GateResult } from '../model/studies/gate.js'
import { Ladder } from '../model/studies/ladder.js'
import { TuneResult } from '../model/studies/tune.js'

/**
 * Every kind of record: its file's name, what it is in words, how to get another one, and a field that no other kind has,
 * by which a file from before `kind` is known under any name.
 */
export const KINDS = {
  run: { schema: Run, file: 'run.json', noun: 'run', again: 'measure again', mark: 'cells' },
  ladder: { schema: Ladder, file: 'ladder.json', noun: 'ladder', again: 'measure again', mark: 'boots' },
  capacity: {
    schema: CapacityResult,
    file: 'capacity.json',
    noun: 'capacity search',
    again: 'search again',
    mark: 'probes',
  },
  tune: { schema: TuneResult, file: 'tune.json', noun: 'tuning', again: 'tune again', mark: 'candidates' },
  gate: { schema: GateResult, file: 'gate.json', noun: 'gate', again: 'run the gate again', mark: 'blocks' },
  calibrate: {
    schema: Calibration,
    file: 'calibration.json',
    noun: 'calibration',
    again: 'calibrate again (rungs calibrate)',
    mark: 'fixtures',
  },
} as const satisfies Record<RecordKind, object>

export type RecordOf<K extends RecordKind> = Static<(typeof KINDS)[K]['schema']>

/** The kind of a value read from a file: as it says itself, else by the file's name, else by its fields. */
export function kindOf(value: unknown, name: string): RecordKind | null {
  const kinds = Object.keys(KINDS) as RecordKind[]
  const fields: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null ? { ...value } : {}
  return (
    kinds.find((kind) => fields.kind === kind) ??
    kinds.find((kind) => KINDS[kind].file === name) ??
    kinds.find((kind) => KINDS[kind].mark in fields) ??
    null
  )
}
