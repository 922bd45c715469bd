import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { codeOf } from '../model/errors.js'
import type { TreeEntry } from './tree.js'

/** Where a tree lies, or lay when it was built, as it may stand in files. */
export interface Place {
  readonly path: string
  /** What must follow, from its `/` on; null: nothing that would make it another name. */
  readonly rest: RegExp | null
}

/** What a file is compared by. Two are equal where they agree in either. */
export interface Fingerprint {
  /** Of its bytes. */
  readonly raw: string
  /** Of its bytes with the tree's own place taken out: what a build or an installation writes of where it was. */
  readonly placed: string
}

export function isEqual(one: Fingerprint, other: Fingerprint): boolean {
  return one.raw === other.raw || one.placed === other.placed
}

/** Files beyond this are read piece by piece, and compared by their bytes alone. */
const LARGE = 16 * 1_048_576

/** Files that only one side has differ anyway: beyond this, size and time tell them from those of another day. */
const READ_ALONE = 1_048_576

/**
 * @param side of what cannot be compared, so that it equals nothing of the other side
 * @param isAlone whether the other side lacks it
 */
export function fingerprintOf(
  entry: TreeEntry,
  side: string,
  places: readonly Place[],
  isAlone: boolean,
): Fingerprint {
  if (entry.kind === 'link') return both(`link to ${entry.place}`)
  if (entry.kind === 'elsewhere') return both(`link to elsewhere: ${entry.real}`)
  if (entry.kind === 'empty folder') return both(entry.kind)
  if (entry.kind === 'unknown') return both(`${side}: unknown: ${entry.why}`)
  const { file, size, mtimeMs, executable } = entry
  const kind = executable ? 'program' : 'file'
  if (isAlone && size > READ_ALONE) return both(`${kind} ${size} ${mtimeMs}`)
  try {
    if (size > LARGE) return both(`${kind} ${digestOfLarge(file)}`)
    const content = readFileSync(file)
    return { raw: `${kind} ${digest(content)}`, placed: `${kind} ${digest(withoutPlaces(content, places))}` }
  } catch (error) {
    return both(`${side}: unknown: ${codeOf(error)}`)
  }
}

function both(text: string): Fingerprint {
  return { raw: text, placed: text }
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('base64')
}

function digestOfLarge(file: string): string {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafe(1_048_576)
  const descriptor = openSync(file, 'r')
  try {
    for (let n = readSync(descriptor, piece); n > 0; n = readSync(descriptor, piece))
      hash.update(piece.subarray(0, n))
  } finally {
    closeSync(descriptor)
  }
  return hash.digest('base64')
}

/** Stands for a tree's own place: bytes that no file has. */
const PLACE = Buffer.from('\0the place of this tree\0')

function withoutPlaces(content: Buffer, places: readonly Place[]): Buffer {
  return places.reduce(withoutPlace, content)
}

function withoutPlace(content: Buffer, { path, rest }: Place): Buffer {
  let at = content.indexOf(path)
  if (at < 0) return content
  const parts: Buffer[] = []
  let done = 0
  for (; at >= 0; at = content.indexOf(path, at + path.length)) {
    const end = at + path.length
    const next = content.toString('latin1', end, end + 300)
    const length = rest === null ? (/^[\w.-]/.test(next) ? null : 0) : (rest.exec(next)?.[0].length ?? null)
    if (length === null || /[\w.-]/.test(content.toString('latin1', Math.max(at - 1, 0), at))) continue
    parts.push(content.subarray(done, at), PLACE)
    done = end + length
  }
  return Buffer.concat([...parts, content.subarray(done)])
}
