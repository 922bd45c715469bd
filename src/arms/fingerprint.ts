import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { codeOf } from '../words/errors.js'
import type { TreeEntry } from './tree.js'

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
 * @param root where the tree lies
 * @param isAlone whether the other side lacks it
 */
export function fingerprintOf(entry: TreeEntry, side: string, root: string, isAlone: boolean): Fingerprint {
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
    const raw = `${kind} ${digest(content)}`
    const rest = withoutPlace(content, root)
    return { raw, placed: rest === content ? raw : `${kind} ${digest(rest)}` }
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

const NAME = /[\w.-]/

/** Only where the path stands alone: `/app` is no part of `/application`, nor of `/my/app`. */
function withoutPlace(content: Buffer, root: string): Buffer {
  const length = Buffer.byteLength(root)
  const around = (at: number) => content.toString('latin1', Math.max(at, 0), at + 1)
  const parts: Buffer[] = []
  let done = 0
  for (let at = content.indexOf(root); at >= 0; at = content.indexOf(root, at + length)) {
    if (NAME.test(around(at - 1)) || NAME.test(around(at + length))) continue
    parts.push(content.subarray(done, at), PLACE)
    done = at + length
  }
  return done === 0 ? content : Buffer.concat([...parts, content.subarray(done)])
}
