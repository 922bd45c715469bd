import type { GateIdentity } from '../model/studies/gate-identity.js'
import { type Fingerprint, isEqual } from './fingerprint.js'
import { isLockFile } from './lock-file.js'

/** One side: everything that its processes can read, by path from the root of its repository. */
export interface Readable {
  readonly prints: ReadonlyMap<string, Fingerprint>
  /** The project's folder in the repository, such as `apps/api/`; empty where it is the repository's own. */
  readonly within: string
}

export interface Comparing {
  readonly base: Readable
  readonly head: Readable
  /** Names of `gate.artefacts`; null: everything counts. */
  readonly artefacts: readonly string[] | null
  /** Whether `gate.ignore` names a path. */
  readonly isIgnored: (path: string) => boolean
  /** Where level and scenarios are declared, for both. */
  readonly declared: {
    /** Who has the declaration: `the head`. */
    readonly by: string
    /** Path from the root; null where no configuration declares them, or one that lies elsewhere. */
    readonly config: string | null
    /** Files that the declaration takes in. They count, since the service may read them too. */
    readonly files: readonly string[]
  }
  /** What git ignores in the head, folders with a `/` at the end. */
  readonly ignoredByGit: readonly string[]
}

interface Difference {
  readonly path: string
  /** The only side that has it; null: both. */
  readonly only: 'base' | 'head' | null
}

const SAMPLE = 10
const NAMES_IN_A_NOTE = 4

/** Whether the two sides are the same in everything that their processes can read, and what is to be said of it. */
export function identityOf(comparing: Comparing): GateIdentity {
  const { base, head, artefacts, isIgnored, declared, ignoredByGit } = comparing
  const all = differences(base.prints, head.prints)
  const isLeftOut = ({ path }: Difference) => artefacts === null && isIgnored(path)
  const isConfig = ({ path }: Difference) => artefacts === null && path === declared.config
  const folders = { base: foldersOf(base.prints), head: foldersOf(head.prints) }
  const counting = collapse(
    all.filter((each) => !isLeftOut(each) && !isConfig(each)),
    folders,
  )
  const places = artefacts === null && base.within !== head.within ? [placesText(base, head)] : []
  const leftOut = all.filter(isLeftOut).map(({ path }) => path)
  const names = [...places, ...counting.toSorted(byInterest).map(nameOf)]
  return {
    same: names.length === 0,
    artefacts: artefacts === null ? null : [...artefacts],
    differing: sampled(names),
    leftOut: sampled(leftOut.toSorted()),
    notes: artefacts === null ? [...declaredNote(all, declared), ...lackingNote(counting, ignoredByGit)] : [],
  }
}

function differences(
  base: ReadonlyMap<string, Fingerprint>,
  head: ReadonlyMap<string, Fingerprint>,
): Difference[] {
  const found: Difference[] = []
  for (const [path, print] of base) {
    const other = head.get(path)
    if (other === undefined) found.push({ path, only: 'base' })
    else if (!isEqual(print, other)) found.push({ path, only: null })
  }
  for (const path of head.keys()) if (!base.has(path)) found.push({ path, only: 'head' })
  return found
}

function foldersOf(prints: ReadonlyMap<string, Fingerprint>): Set<string> {
  const folders = new Set<string>()
  for (const path of prints.keys()) {
    for (let at = path.lastIndexOf('/'); at >= 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at + 1)
      if (folders.has(folder)) break
      folders.add(folder)
    }
  }
  return folders
}

/** Many files of a folder that one side lacks are one difference: the folder. */
function collapse(
  found: readonly Difference[],
  folders: Readonly<Record<'base' | 'head', ReadonlySet<string>>>,
): Difference[] {
  const collapsed = new Map<string, Difference>()
  for (const { path, only } of found) {
    const other = only === 'base' ? folders.head : folders.base
    const name = only === null ? path : (foldersAbove(path).find((folder) => !other.has(folder)) ?? path)
    collapsed.set(name, { path: name, only })
  }
  return [...collapsed.values()]
}

/** `a/`, `a/b/` of `a/b/c`. */
function foldersAbove(path: string): string[] {
  // A folder above the root is named by its whole path.
  return path.startsWith('/') ? [] : [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1))
}

/** What somebody wrote before what was installed. */
function byInterest(one: Difference, other: Difference): number {
  const rank = ({ path }: Difference) => (isPackage(path) ? 1 : 0)
  return rank(one) - rank(other) || (one.path < other.path ? -1 : 1)
}

function isPackage(path: string): boolean {
  return /(^|\/)node_modules\//.test(path)
}

function nameOf({ path, only }: Difference): string {
  return only === null ? path : `${path} (${only} only)`
}

function sampled(names: readonly string[]): { count: number; sample: string[] } {
  return { count: names.length, sample: names.slice(0, SAMPLE) }
}

function placesText(base: Readable, head: Readable): string {
  const [one, other] = [base, head].map(({ within }) => within || 'the root of its repository')
  return `the project's folder: ${one} in base, ${other} in head`
}

function declaredNote(all: readonly Difference[], { by, config, files }: Comparing['declared']): string[] {
  const changed = all.filter(({ path }) => path === config || files.includes(path))
  if (changed.length === 0) return []
  const names = changed.map(({ path }) => path).join(', ')
  const [is, differ] = changed.length > 1 ? ['are', 'differ'] : ['is', 'differs']
  const how = changed.every(({ only }) => only === 'head')
    ? `${is} not in the base`
    : `${differ} from the base's`
  return [`${names} ${how}: level and scenarios come from ${by} for both, so that change is not compared`]
}

/**
 * What is ignored by git is in no checkout: the head's processes can read it, the base's cannot. Packages are no news
 * where the lock file differs, which names them.
 */
function lackingNote(counting: readonly Difference[], ignoredByGit: readonly string[]): string[] {
  const ignored = new Set(ignoredByGit)
  const isLocked = counting.some(({ path }) => isLockFile(path))
  const lacking = counting.filter(
    ({ path, only }) =>
      only === 'head' &&
      !(isLocked && isPackage(path)) &&
      (ignored.has(path) || foldersAbove(path).some((folder) => ignored.has(folder))),
  )
  if (lacking.length === 0) return []
  const names = lacking.slice(0, NAMES_IN_A_NOTE).map(({ path }) => path)
  const more = lacking.length > names.length ? ` and ${lacking.length - names.length} more` : ''
  const what = lacking.length === 1 ? 'a file or folder' : `${lacking.length} files or folders`
  return [
    `the head has ${what} that git ignores and the base lacks: ${names.join(', ')}${more}; name them in gate.carry where the service reads them`,
  ]
}
