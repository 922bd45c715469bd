import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, type Stats } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { codeOf } from '../words/errors.js'

/** A file of a tree as it is found, before it is read. */
export type TreeEntry =
  | {
      readonly kind: 'file'
      readonly file: string
      readonly size: number
      readonly mtimeMs: number
      readonly executable: boolean
    }
  /** A link to something that is compared at its own place in the tree, or to nothing. */
  | { readonly kind: 'link'; readonly place: string }
  /** A link to something that is not compared at its own place: its real path. */
  | { readonly kind: 'elsewhere'; readonly real: string }
  | { readonly kind: 'empty folder' }
  /** What cannot be compared: sockets, pipes, what may not be read. */
  | { readonly kind: 'unknown'; readonly why: string }

/** By path from the root, folders that are empty with a `/` at the end. */
export type Tree = Map<string, TreeEntry>

export interface TreeScope {
  /** Real path. */
  readonly root: string
  /** Paths from the root at which to begin; empty: the whole. */
  readonly starts: readonly string[]
  /** Whether a path from the root is compared where it lies: what a link to it means is compared there. */
  readonly covers: (path: string) => boolean
  /** Whether an absolute path is rungs' own, and not looked at. */
  readonly isOwn: (path: string) => boolean
  /** Called again and again: lets others work, and throws when interrupted. */
  readonly pause: () => Promise<void>
  /** More entries are not listed: the rest is unknown. */
  readonly most: number
}

/** Lists all that a process can read below a root, git's own folders excepted. */
export async function listTree(scope: TreeScope): Promise<Tree> {
  const tree: Tree = new Map()
  const folders: string[] = []
  const take = (path: string): void => {
    const absolute = join(scope.root, path)
    if (scope.isOwn(absolute)) return
    const stats = lstatSync(absolute, { throwIfNoEntry: false })
    if (stats?.isDirectory()) folders.push(path)
    else if (stats) tree.set(path, entryOf(absolute, stats, scope))
  }
  for (const start of scope.starts.length === 0 ? [''] : scope.starts) take(start)
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    await scope.pause()
    if (tree.size > scope.most) {
      tree.set(`${folder}/`, { kind: 'unknown', why: `more than ${scope.most} files` })
      break
    }
    const names = namesIn(join(scope.root, folder))
    if (typeof names === 'string') tree.set(`${folder}/`, { kind: 'unknown', why: names })
    else if (names.length === 0) tree.set(`${folder}/`, { kind: 'empty folder' })
    else for (const name of names) if (!isGit(scope.root, folder, name)) take(join(folder, name))
  }
  return tree
}

function namesIn(folder: string): string[] | string {
  try {
    return readdirSync(folder)
  } catch (error) {
    return String(codeOf(error))
  }
}

function entryOf(absolute: string, stats: Stats, scope: TreeScope): TreeEntry {
  if (stats.isSymbolicLink()) return linkEntry(absolute, scope)
  if (!stats.isFile()) return { kind: 'unknown', why: 'no file' }
  const { size, mtimeMs, mode } = stats
  return { kind: 'file', file: absolute, size, mtimeMs, executable: (mode & 0o111) !== 0 }
}

/** A link into the tree is compared by its place there, so that each side may lie where it likes. */
function linkEntry(absolute: string, { root, covers }: TreeScope): TreeEntry {
  let real: string
  try {
    real = realpathSync(absolute)
  } catch {
    const target = resolve(dirname(absolute), readlinkSync(absolute))
    return { kind: 'link', place: `nothing at ${placeIn(root, target) ?? target}` }
  }
  const place = placeIn(root, real)
  return place !== null && covers(place) ? { kind: 'link', place } : { kind: 'elsewhere', real }
}

/** The path from a folder to what lies in it; null for what does not. */
export function placeIn(folder: string, path: string): string | null {
  const place = relative(folder, path)
  return place === '..' || place.startsWith('../') ? null : place
}

/** git's folder, or the file in its stead in a worktree and in a submodule; what merely bears the name is not. */
function isGit(root: string, folder: string, name: string): boolean {
  if (name !== '.git') return false
  if (folder === '') return true
  const path = join(root, folder, name)
  try {
    if (lstatSync(path).isDirectory()) return readdirSync(path).includes('HEAD')
    return readFileSync(path, 'utf8').startsWith('gitdir:')
  } catch {
    return false
  }
}
