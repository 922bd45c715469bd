import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { json, type LockFile, packagesOf } from './lock-file.js'
import {
  berryInstalled,
  berryPackages,
  bunPackages,
  byName,
  type Difference,
  differencesOf,
  type Installed,
  type LockedPackage,
  nameIn,
  pnpmPackages,
  yarnPatterns,
} from './locked-packages.js'

/** What an installation was found to be, without the network. */
export type InstallState =
  | { readonly state: 'none' | 'fresh' | 'unknown' }
  /** `problem`: what is installed, and what the lock file says. `lockIsOld`: an exact install would be refused. */
  | { readonly state: 'stale'; readonly problem: string; readonly lockIsOld: boolean }

/** Compares what is installed with the lock file. @param project the folder of the project, whose own packages must be there */
export function installState(lock: LockFile, project: string): InstallState {
  const { dir, name } = lock
  if (!existsSync(join(dir, 'node_modules')) && !existsSync(join(dir, '.pnp.cjs'))) return { state: 'none' }
  const asked = lock.manager === 'npm' ? askedOtherwise(lock, project) : null
  if (asked !== null) return { state: 'stale', problem: asked, lockIsOld: true }
  const found = foundIn(lock)
  if (found === null) return { state: 'unknown' }
  const own = dependenciesOf(project)
  // Of a workspace only a part may be installed: what of it this project does not ask for may be absent.
  const differences = found.filter(({ has, name }) => has !== null || lock.up === '' || name in own)
  const first = differences.find(({ name }) => name in own) ?? differences[0]
  if (first === undefined) return { state: 'fresh' }
  const more = differences.length > 1 ? ` (and ${differences.length - 1} more)` : ''
  const has = first.has === null ? `lacks ${first.name}` : `has ${first.name} ${first.has}`
  const problem = `node_modules ${has}, ${name} says ${first.says}${more}`
  return { state: 'stale', problem, lockIsOld: false }
}

function foundIn({ dir, name, manager }: LockFile): Difference[] | null {
  const modules = join(dir, 'node_modules')
  const text = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null)
  const lock = name === 'bun.lockb' ? null : text(join(dir, name))
  if (lock === null) return null
  if (manager === 'npm') return npmDifferences(dir, name)
  if (manager === 'pnpm') {
    const now = text(join(modules, '.pnpm/lock.yaml'))
    if (now === null) return null
    const isPart = /"?(devD|optionalD|d)ependencies"?: false/.test(text(join(modules, '.modules.yaml')) ?? '')
    const locked = pnpmPackages(lock).map((each) => (isPart ? { ...each, mayBeAbsent: true } : each))
    return now === lock ? [] : differencesOf(locked, byName(pnpmPackages(now)))
  }
  if (manager === 'yarn') return yarnDifferences(lock, join(modules, '.yarn-integrity'))
  if (manager === 'bun') return bunDifferences(bunPackages(lock), modules)
  const state = text(join(modules, '.yarn-state.yml'))
  if (state !== null) return differencesOf(berryPackages(lock), berryInstalled(state))
  const pnp = text(join(dir, '.pnp.cjs'))
  return pnp === null ? null : differencesOf(berryPackages(lock), pnpInstalled(berryPackages(lock), pnp))
}

/** What package.json asks for and npm's lock file was not made for. */
function askedOtherwise({ dir, name, up }: LockFile, project: string): string | null {
  const within = up === '' ? '' : project.slice(dir.length + 1)
  const entry = packagesOf(join(dir, name))[within]
  if (entry === undefined) return null
  const { dependencies, devDependencies, optionalDependencies } = entry as Dependencies
  const locked: Record<string, string> = { ...dependencies, ...devDependencies, ...optionalDependencies }
  for (const [each, range] of Object.entries(dependenciesOf(project))) {
    if (locked[each] === range) continue
    const says = locked[each] === undefined ? `has no ${each}` : `was made for ${locked[each]}`
    return `package.json asks for ${each} ${range}, ${name} ${says}`
  }
  return null
}

interface Dependencies {
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
}

function dependenciesOf(project: string): Record<string, string> {
  const { dependencies, optionalDependencies } = json(join(project, 'package.json')) as Dependencies
  return { ...dependencies, ...optionalDependencies }
}

/** Of npm every package's place is known, so that what lies there is looked at itself. */
function npmDifferences(dir: string, name: string): Difference[] | null {
  const locked = Object.entries(packagesOf(join(dir, name))).filter(
    ([key, { link }]) => /(^|\/)node_modules\//.test(key) && link !== true,
  )
  if (locked.length === 0 && !('packages' in json(join(dir, name)))) return null
  const there = new Map(locked.map(([key]) => [key, versionAt(join(dir, key))]))
  const hidden = packagesOf(join(dir, 'node_modules/.package-lock.json'))
  const noneOf = (kind: string): boolean =>
    locked.every(([key, entry]) => entry[kind] !== true || there.get(key) === null)
  const withoutDev = noneOf('dev')
  return locked.flatMap(([key, entry]): Difference[] => {
    // `debug > ms`: the one that another package has for itself.
    const name = key
      .split(/\/?node_modules\//)
      .slice(1)
      .join(' > ')
    const says = String(entry.version ?? entry.resolved)
    const has = there.get(key) ?? null
    if (has === null) {
      const mayBeAbsent = entry.optional || entry.devOptional || entry.peer || (entry.dev && withoutDev)
      return mayBeAbsent ? [] : [{ name, has, says }]
    }
    if (entry.version !== undefined && has !== entry.version) return [{ name, has, says }]
    return isOtherContent(entry, hidden[key]) ? [{ name, has: `${has} of another source`, says }] : []
  })
}

/** The same version from elsewhere: another commit of a repository, or another archive. */
function isOtherContent(
  { integrity, resolved }: Record<string, unknown>,
  hidden: Record<string, unknown> | undefined,
): boolean {
  if (hidden === undefined) return false
  if (typeof integrity === 'string' && typeof hidden.integrity === 'string')
    return algorithm(integrity) === algorithm(hidden.integrity) && integrity !== hidden.integrity
  return /^git/.test(String(resolved)) && hidden.resolved !== resolved
}

function algorithm(integrity: string): string {
  return integrity.split('-', 1)[0] ?? ''
}

function versionAt(dir: string): string | null {
  if (!existsSync(join(dir, 'package.json'))) return null
  return String((json(join(dir, 'package.json')) as { version?: unknown }).version)
}

function yarnDifferences(lock: string, integrityFile: string): Difference[] | null {
  const { lockfileEntries } = json(integrityFile) as { lockfileEntries?: Record<string, string> }
  if (lockfileEntries === undefined) return null
  const installed = Object.entries(lockfileEntries)
  return [...yarnPatterns(lock)].flatMap(([pattern, { version, resolved }]) => {
    if (lockfileEntries[pattern] === resolved) return []
    const name = nameIn(pattern)
    const [, other] = installed.find(([each]) => nameIn(each) === name) ?? []
    const has = other === undefined ? null : (/-(\d[^/]*)\.tgz/.exec(other)?.[1] ?? other)
    return has === version ? [] : [{ name, has, says: version }]
  })
}

function bunDifferences(locked: readonly LockedPackage[], modules: string): Difference[] {
  const there = locked.flatMap(({ name }) => {
    const version = versionAt(join(modules, name))
    return version === null ? [] : [{ name, version }]
  })
  return differencesOf(locked, byName(there))
}

/** Of Yarn's Plug'n'Play, whose packages lie in archives named for them. */
function pnpInstalled(locked: readonly LockedPackage[], pnp: string): Installed {
  return byName(
    locked.filter(({ name, version }) => pnp.includes(`/${name.replace('/', '-')}-npm-${version}-`)),
  )
}
