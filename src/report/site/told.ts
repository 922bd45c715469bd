import { basename, join } from 'node:path'
import type { Doc } from '../../markup/doc.js'
import type { Calibration } from '../../model/studies/calibration.js'
import type { CapacityResult } from '../../model/studies/capacity.js'
import type { TuneResult } from '../../model/studies/tune.js'
import { KINDS, type Kind, type KindedRecord } from '../../records/kinds.js'
import { readRecord } from '../../records/read-record.js'
import { listRecords } from '../../records/results.js'
import { messageOf, UserError } from '../../words/errors.js'
import * as format from '../../words/format.js'
import { calibrationDoc } from '../calibration/calibration-doc.js'
import { gateDoc } from '../gate/gate-doc.js'
import { pageName } from '../render/html.js'
import { writeDoc } from '../render/write-doc.js'
import { capacityDoc } from '../search/capacity-doc.js'
import { capacityName } from '../search/capacity-text.js'
import { tuneDoc, tuneName } from '../search/tune-doc.js'

/** A kind of record that has a document of its own. */
export interface ToldKind<R extends KindedRecord> {
  readonly kind: Kind<R>
  readonly tell: (record: R) => Doc
  /** How the report lists its records, each with a page beside it; absent where it does not. */
  readonly listed?: { readonly title: string; readonly nameOf: (record: R) => string }
}

/** The pages of records of one kind, as the report points to them. */
export interface LinkedPages {
  readonly title: string
  /** The newest first. */
  readonly links: readonly { readonly href: string; readonly text: string; readonly answer: string }[]
}

export interface WrittenPages {
  readonly linked: readonly LinkedPages[]
  readonly files: readonly string[]
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

/** A told kind, whatever its records hold. */
export interface Told {
  /** The document of the record in a folder, or null. @throws UserError where the record cannot be used */
  docIn(dir: string): Promise<Doc | null>
  /** Writes each listed record of a results folder. @throws UserError where that cannot be read or written to */
  writeAll(dir: string, formats: readonly string[]): Promise<WrittenPages>
}

export const CAPACITY: ToldKind<CapacityResult> = {
  kind: KINDS.capacity,
  tell: capacityDoc,
  listed: { title: 'Searches for the capacity:', nameOf: capacityName },
}

export const TUNE: ToldKind<TuneResult> = {
  kind: KINDS.tune,
  tell: tuneDoc,
  listed: { title: 'Tunings of the workers:', nameOf: tuneName },
}

/** The report itself has the newest one. */
export const CALIBRATE: ToldKind<Calibration> = { kind: KINDS.calibrate, tell: calibrationDoc }

/** Of rungs' own studies, those whose documents need nothing but their record. */
export const OWN_TOLD: readonly Told[] = [
  told(CAPACITY),
  told(TUNE),
  told(CALIBRATE),
  // The newest gate is part of the report itself.
  told({ kind: KINDS.gate, tell: (record) => gateDoc(record) }),
]

export function told<R extends KindedRecord>({ kind, tell, listed }: ToldKind<R>): Told {
  return {
    async docIn(dir) {
      const { record, problem } = await readRecord(join(dir, kind.file), kind)
      if (problem !== null) throw new UserError(problem)
      return record === null ? null : tell(record)
    },
    async writeAll(dir, formats) {
      if (!listed) return { linked: [], files: [], problems: [] }
      const { found, problems } = await listRecords(kind, dir)
      const files: string[] = []
      const links: LinkedPages['links'][number][] = []
      try {
        for (const { dir: folder, record } of found) {
          const doc = tell(record)
          files.push(...(await writeDoc(folder, doc, formats)))
          const href = `${encodeURIComponent(basename(folder))}/${pageName(doc)}`
          const text = `${listed.nameOf(record)}, ${format.instant(record.startedAt)}`
          links.push({ href, text, answer: doc.answer ?? '' })
        }
      } catch (error) {
        throw new UserError(
          `${dir}: the pages of each ${kind.noun} cannot be written there: ${messageOf(error)}`,
          undefined,
          { cause: error },
        )
      }
      return { linked: [{ title: listed.title, links }], files, problems }
    },
  }
}

/** Writes the listed records of all kinds, each beside its result file. */
export async function writeListed(
  kinds: readonly Told[],
  dir: string,
  formats: readonly string[],
): Promise<WrittenPages> {
  const written: WrittenPages[] = []
  for (const one of kinds) written.push(await one.writeAll(dir, formats))
  return {
    linked: written.flatMap(({ linked }) => linked),
    files: written.flatMap(({ files }) => files),
    problems: written.flatMap(({ problems }) => problems),
  }
}

/**
 * The document in the first of these folders that holds a record of these kinds, and which folder that is; null without any.
 * @throws UserError where the record cannot be used
 */
export async function documentIn(
  kinds: readonly Told[],
  folders: readonly string[],
): Promise<{ readonly doc: Doc; readonly dir: string } | null> {
  for (const dir of folders) {
    for (const one of kinds) {
      const doc = await one.docIn(dir)
      if (doc !== null) return { doc, dir }
    }
  }
  return null
}
