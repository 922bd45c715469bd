import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { newerProblem } from '../model/schema/result-problems.js'
import type { GateResult } from '../model/studies/gate.js'
import { decodeHistogram } from '../stats/estimate/histogram.js'
import { codeOf, messageOf } from '../words/errors.js'
import { shortPath } from '../words/short-path.js'
import { complete } from './earlier-records.js'
import { type Kind, type KindedRecord, kindOf, OWN_KINDS } from './kinds.js'

/** A record, or why its file cannot be used, in one line; both null where there is no such file. */
export type ReadRecord<R> =
  | { readonly record: R; readonly problem: null }
  | { readonly record: null; readonly problem: string | null }

/** How many problems of one file are told. */
const MOST_PROBLEMS = 3

/** The text of a file, null where there is none. */
export async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
    throw error
  }
}

/**
 * Reads the result file of a study, of today's version or an earlier one.
 * @param wanted the only kind that will do; null for any
 * @param reading the file's text, where it is being read already
 */
export async function readRecord<R extends KindedRecord = KindedRecord>(
  file: string,
  wanted: Kind<R> | null = null,
  reading: Promise<string | null> = textOf(file),
): Promise<ReadRecord<R>> {
  const unusable = (why: string) => ({ record: null, problem: `${shown(file)}: ${why}` })
  let text: string | null
  try {
    text = await reading
  } catch (error) {
    return unusable(`cannot be read: ${oneLine(messageOf(error))}`)
  }
  if (text === null) return { record: null, problem: null }
  const record = await recordOf(text, file, wanted)
  return typeof record === 'string' ? unusable(record) : { record: record as R, problem: null }
}

/** The record in a file's text, or why there is none. */
async function recordOf(text: string, file: string, wanted: Kind | null): Promise<KindedRecord | string> {
  const { value, problem } = parsedJson(text)
  const kinds = wanted === null ? OWN_KINDS : [...OWN_KINDS, wanted]
  const kind = kindOf(value, basename(file), kinds) ?? wanted
  if (kind === null) return problem ?? 'is not a result file of rungs'
  if (problem !== null) return `${problem}; ${remedy(kind, file)}`
  const { schema, noun } = kind
  if (wanted !== null && kind.name !== wanted.name)
    return `is a ${noun}, not a ${wanted.noun}; give the file of a ${wanted.noun}`
  const newer = newerProblem(schema, value)
  if (newer !== null) return newer
  await complete(value, kind.name, file)
  // Loaded here: see validate.ts.
  const { problemsOf } = await import('../model/schema/validate.js')
  const problems = problemsOf(schema, value)
  if (problems.length > 0) return `is not a rungs ${noun}: ${some(problems)}; ${remedy(kind, file)}`
  const record = value as KindedRecord
  const damage = kind.name === 'gate' ? brokenHistogram(value as GateResult) : null
  return damage === null ? record : `${damage}; ${remedy(kind, file)}`
}

/** What JSON holds, or why it is none. */
export function parsedJson(text: string): { value: unknown; problem: string | null } {
  if (text.trim() === '') return { value: null, problem: 'is empty' }
  try {
    return { value: JSON.parse(text), problem: null }
  } catch (error) {
    return { value: null, problem: `is cut off or not JSON: ${oneLine(messageOf(error))}` }
  }
}

/** What a schema cannot see: a histogram that does not decode. */
function brokenHistogram({ blocks }: GateResult): string | null {
  for (const { index, cells } of blocks) {
    for (const { latency } of cells) {
      for (const { histogram } of latency === null ? [] : [latency.base, latency.head]) {
        if (histogram === '') continue
        try {
          decodeHistogram(histogram)
        } catch {
          return `is damaged: a histogram of block ${index} cannot be decoded`
        }
      }
    }
  }
  return null
}

function some(problems: readonly string[]): string {
  const told = problems.slice(0, MOST_PROBLEMS).map(oneLine).join('; ')
  const more = problems.length - MOST_PROBLEMS
  return more > 0 ? `${told}; and ${more} more` : told
}

/** A record that has a folder of its own may be removed with it. */
function remedy(kind: Kind, file: string): string {
  const hasFolder = kind.name !== 'calibrate' && basename(file) === kind.file
  return `${kind.again}, or remove ${hasFolder ? shown(dirname(file)) : 'the file'}`
}

/** A path in a sentence: the working folder by its name. */
export function shown(path: string): string {
  return shortPath(path) || basename(resolve(path))
}

/** JSON errors quote the file, line breaks included. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200)
}
