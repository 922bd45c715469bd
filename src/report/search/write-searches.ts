import { basename } from 'node:path'
import type { Doc } from '../../markup/doc.js'
import type { RecordOf } from '../../records/kinds.js'
import { type Listed, listRecords } from '../../records/results.js'
import { messageOf, UserError } from '../../words/errors.js'
import * as format from '../../words/format.js'
import { pageName } from '../render/html.js'
import { writeDoc } from '../render/write-doc.js'
import { capacityDoc } from './capacity-doc.js'
import { capacityName } from './capacity-text.js'
import { tuneDoc, tuneName } from './tune-doc.js'

/** The pages of searches of one kind, as the report points to them. */
export interface LinkedSearches {
  readonly title: string
  /** The newest first. */
  readonly links: readonly { readonly href: string; readonly text: string; readonly answer: string }[]
}

export interface WrittenSearches {
  readonly linked: readonly LinkedSearches[]
  readonly files: readonly string[]
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

/**
 * Writes every search of a reports folder, each beside its result file.
 * @throws UserError when the folder cannot be read or written to
 */
export async function writeSearches(dir: string, formats: readonly string[]): Promise<WrittenSearches> {
  const [capacities, tunings] = [await listRecords('capacity', dir), await listRecords('tune', dir)]
  try {
    const written = [
      await writePages(formats, 'Searches for the capacity:', capacities, capacityDoc, capacityName),
      await writePages(formats, 'Tunings of the workers:', tunings, tuneDoc, tuneName),
    ]
    return {
      linked: written,
      files: written.flatMap(({ files }) => files),
      problems: [...capacities.problems, ...tunings.problems],
    }
  } catch (error) {
    throw new UserError(
      `${dir}: the pages of its searches cannot be written there: ${messageOf(error)}`,
      undefined,
      { cause: error },
    )
  }
}

async function writePages<K extends 'capacity' | 'tune'>(
  formats: readonly string[],
  title: string,
  { found }: Listed<K>,
  docOf: (record: RecordOf<K>) => Doc,
  nameOf: (record: RecordOf<K>) => string,
): Promise<LinkedSearches & { readonly files: readonly string[] }> {
  const files: string[] = []
  const links: LinkedSearches['links'][number][] = []
  for (const { dir, record } of found) {
    const doc = docOf(record)
    files.push(...(await writeDoc(dir, doc, formats)))
    const href = `${encodeURIComponent(basename(dir))}/${pageName(doc)}`
    const text = `${nameOf(record)}, ${format.instant(record.startedAt)}`
    links.push({ href, text, answer: doc.answer ?? '' })
  }
  return { title, links, files }
}
