import { join } from 'node:path'
import type { Doc } from '../../markup/doc.js'
import { messageOf, UserError } from '../../words/errors.js'
import * as format from '../../words/format.js'
import { pageName } from '../render/html.js'
import { writeDoc } from '../render/write-doc.js'
import { capacityDoc } from './capacity-doc.js'
import { capacityName } from './capacity-text.js'
import { type ReadSearches, readCapacities, readTunings } from './read-searches.js'
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
  try {
    const [capacities, tunings] = [await readCapacities(dir), await readTunings(dir)]
    const written = [
      await writePages(dir, formats, 'Searches for the capacity:', capacities, capacityDoc, capacityName),
      await writePages(dir, formats, 'Tunings of the workers:', tunings, tuneDoc, tuneName),
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

async function writePages<R extends { readonly startedAt: string }>(
  dir: string,
  formats: readonly string[],
  title: string,
  { folders }: ReadSearches<R>,
  docOf: (result: R) => Doc,
  nameOf: (result: R) => string,
): Promise<LinkedSearches & { readonly files: readonly string[] }> {
  const files: string[] = []
  const links: LinkedSearches['links'][number][] = []
  for (const { folder, result } of folders) {
    const doc = docOf(result)
    files.push(...(await writeDoc(join(dir, folder), doc, formats)))
    const href = `${encodeURIComponent(folder)}/${pageName(doc)}`
    const text = `${nameOf(result)}, ${format.instant(result.startedAt)}`
    links.push({ href, text, answer: doc.answer ?? '' })
  }
  return { title, links, files }
}
