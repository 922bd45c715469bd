import { createHash } from 'node:crypto'
import { closeSync, lstatSync, openSync, readSync } from 'node:fs'
import { isBookkeeping, isCheckedPyc, isToolCache, pythonSourceOf } from './made-by-tools.js'
import { listTree, placeIn, type Tree, type TreeEntry, type TreeScope } from './tree.js'

/** A link that leads to more files than these is not followed: it differs. */
const MOST_ELSEWHERE = 50_000

export interface Linked {
  readonly root: string
  readonly tree: Tree
  readonly covers: TreeScope['covers']
}

/** Takes what links of both sides lead to into their trees, except where they lead to the very same. */
export async function expandLinks(one: Linked, other: Linked, pause: () => Promise<void>): Promise<void> {
  for (const [path, entry] of [...one.tree]) {
    const counterpart = other.tree.get(path)
    if (entry.kind !== 'elsewhere' || counterpart?.kind !== 'elsewhere' || counterpart.real === entry.real)
      continue
    await expand(one, path, entry.real, pause)
    await expand(other, path, counterpart.real, pause)
  }
}

async function expand(
  { root, tree, covers }: Linked,
  path: string,
  real: string,
  pause: () => Promise<void>,
): Promise<void> {
  const stats = lstatSync(real)
  if (stats.isFile()) {
    const { size, mtimeMs, mode } = stats
    tree.set(path, { kind: 'file', file: real, size, mtimeMs, executable: (mode & 0o111) !== 0 })
    return
  }
  if (!stats.isDirectory()) return
  const found = await listTree({
    root: real,
    starts: [],
    covers: (place) => !/(^|\/)\.git(\/|$)/.test(place),
    isOwn: () => false,
    pause,
    most: MOST_ELSEWHERE,
  })
  tree.set(path, { kind: 'link', place: 'a folder elsewhere' })
  for (const [name, entry] of found) tree.set(`${path}/${name}`, back(entry, root, covers))
}

/** A link from elsewhere back into the tree is one by its place in it. */
function back(entry: TreeEntry, root: string, covers: Linked['covers']): TreeEntry {
  const place = entry.kind === 'elsewhere' ? placeIn(root, entry.real) : null
  return place !== null && covers(place) ? { kind: 'link', place } : entry
}

/**
 * Takes out what tools make from the rest of the tree.
 * @returns what the caches that were taken out are told apart by
 */
export function withoutDerived(tree: Tree): string {
  const caches: string[] = []
  for (const [path, entry] of [...tree]) {
    const size = entry.kind === 'file' ? entry.size : 0
    if (isToolCache(path)) caches.push(`${path} ${size}`)
    if (isToolCache(path) || isBookkeeping(path) || isOwnPyc(tree, path, entry)) tree.delete(path)
  }
  return createHash('sha256').update(caches.sort().join('\n')).digest('hex')
}

function isOwnPyc(tree: Tree, path: string, entry: TreeEntry): boolean {
  const source = pythonSourceOf(path)
  return (
    source !== null && entry.kind === 'file' && tree.get(source)?.kind === 'file' && isChecked(entry.file)
  )
}

function isChecked(file: string): boolean {
  const head = Buffer.alloc(8)
  try {
    const descriptor = openSync(file, 'r')
    try {
      return readSync(descriptor, head) === 8 && isCheckedPyc(head)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return false
  }
}
