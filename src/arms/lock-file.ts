import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export type Manager = 'npm' | 'pnpm' | 'yarn' | 'yarn-berry' | 'bun'

/** The lock file that a project is installed by. */
export interface LockFile {
  readonly name: string
  /** Its folder: the project's own, or the root of the workspace that it belongs to. */
  readonly dir: string
  readonly manager: Manager
  /** From the project's folder to this one: empty, or `../..`. */
  readonly up: string
}

const NAMES: readonly (readonly [name: string, manager: Manager])[] = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
]

/** Whether a path is that of a lock file. */
export function isLockFile(path: string): boolean {
  return NAMES.some(([name]) => path.slice(path.lastIndexOf('/') + 1) === name)
}

/** The nearest lock file that holds the project, from its folder up to `root`; null where there is none. */
export function findLockFile(project: string, root: string): LockFile | null {
  for (let dir = project; ; dir = dirname(dir)) {
    const lock = lockFileIn(dir)
    if (lock !== null && holds(dir, lock.name, lock.manager, relative(dir, project)))
      return { ...lock, dir, up: relative(project, dir) }
    if (dir === root || dir === dirname(dir)) return null
  }
}

function lockFileIn(dir: string): Pick<LockFile, 'name' | 'manager'> | null {
  const there = NAMES.filter(([name]) => existsSync(join(dir, name)))
  const declared = /^\w+/.exec(String(manifestIn(dir).packageManager ?? ''))?.[0]
  const [name, manager] = there.find(([, manager]) => manager === declared) ?? there[0] ?? []
  if (name === undefined || manager === undefined) return null
  return { name, manager: manager === 'yarn' && isBerry(dir) ? 'yarn-berry' : manager }
}

/** Yarn 2 and newer, which has other flags and another lock file. */
function isBerry(dir: string): boolean {
  const declared = /^yarn@(\d+)/.exec(String(manifestIn(dir).packageManager ?? ''))
  if (declared) return Number(declared[1]) > 1
  return (
    existsSync(join(dir, '.yarnrc.yml')) || /^__metadata:/m.test(readFileSync(join(dir, 'yarn.lock'), 'utf8'))
  )
}

/** Whether a lock file further up is that of a workspace with the project in it, not of a stranger. */
function holds(dir: string, name: string, manager: Manager, within: string): boolean {
  if (within === '') return true
  if (manager === 'npm') return within in packagesOf(join(dir, name))
  if (manager === 'pnpm') {
    const importers = readFileSync(join(dir, name), 'utf8')
    return new RegExp(`^  (['"]?)${escaped(within)}\\1:`, 'm').test(importers)
  }
  return workspacesOf(manifestIn(dir)).some((glob) => patternOf(glob).test(within))
}

interface Manifest {
  readonly packageManager?: unknown
  readonly workspaces?: unknown
}

/** Empty where it is not there or no JSON, which whoever installs will tell. */
function manifestIn(dir: string): Manifest {
  return json(join(dir, 'package.json')) as Manifest
}

/** What npm's lock file holds, by folder. */
export function packagesOf(file: string): Readonly<Record<string, Record<string, unknown>>> {
  const { packages } = json(file) as { packages?: Record<string, Record<string, unknown>> }
  return packages ?? {}
}

/** A file's JSON object; empty where there is none. */
export function json(file: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

function workspacesOf({ workspaces }: Manifest): string[] {
  const list = Array.isArray(workspaces)
    ? workspaces
    : ((workspaces as { packages?: unknown } | undefined)?.packages ?? [])
  return Array.isArray(list) ? list.map(String) : []
}

/** `packages/*` and `apps/**`, as workspaces have them. */
function patternOf(glob: string): RegExp {
  const parts = glob
    .replace(/^\.\//, '')
    .replace(/\/$/, '')
    .split(/(\*\*\/?|\*)/)
  const source = parts.map((part) => (part.startsWith('**') ? '.*' : part === '*' ? '[^/]*' : escaped(part)))
  return new RegExp(`^${source.join('')}$`)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
