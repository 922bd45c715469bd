import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { git } from './git.js'
import { placeIn } from './tree.js'

/** Where a side's code lies. */
export interface Whereabouts {
  /** Real path of the repository's working tree; of the project's folder where there is none. */
  readonly root: string
  /** The project's folder in it, such as `apps/api/`; empty where it is the root. */
  readonly within: string
}

export async function whereIs(dir: string): Promise<Whereabouts> {
  const top = await git(dir, 'rev-parse', '--show-toplevel')
  const root = realPath(top ?? dir)
  const place = relative(root, realPath(dir))
  return { root, within: place === '' ? '' : `${place}/` }
}

/** Also of what is not there. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realPath(parent), basename(path))
  }
}

/** Folders of modules above a tree, where Node looks too. */
export function modulesAbove(root: string): string[] {
  const folders: string[] = []
  for (let at = root; dirname(at) !== at; at = dirname(at)) folders.push(join(dirname(at), 'node_modules'))
  return folders.filter((folder) => existsSync(folder))
}

/** Absolute paths of what git tracks in a folder of a tree, with the folders above them. */
export async function trackedIn(root: string, folder: string): Promise<Set<string>> {
  const place = placeIn(root, folder)
  const listed = place === null ? null : await git(root, 'ls-files', '-z', '--', place === '' ? '.' : place)
  const tracked = new Set<string>()
  for (const path of (listed ?? '').split('\0').filter((each) => each !== '')) {
    for (let at = join(root, path); at !== root && !tracked.has(at); at = dirname(at)) tracked.add(at)
  }
  return tracked
}

/** Paths in a folder that git ignores, folders with a `/` at the end. */
export async function ignoredIn(folder: string): Promise<string[]> {
  const options = ['--others', '--ignored', '--exclude-standard', '--directory']
  const listed = await git(folder, 'ls-files', '-z', ...options)
  return (listed ?? '').split('\0').filter((path) => path !== '')
}
