import type { LockFile, Manager } from './lock-file.js'

/** How a project is made ready to run: shell commands, one after the other, in its folder. */
export type BuildCommands = readonly string[]

/** What of a project decides how it is installed and built. */
export interface ProjectFiles {
  /** Names in its folder. */
  readonly names: readonly string[]
  /** Of its package.json; null where there is none. */
  readonly scripts: Readonly<Record<string, unknown>> | null
  /** Whether its package.json gives an installation anything to do. */
  readonly needsInstall: boolean
}

const INSTALLS: Readonly<Record<Manager, string>> = {
  npm: 'npm ci --no-audit --no-fund',
  pnpm: 'pnpm install --frozen-lockfile',
  yarn: 'yarn install --frozen-lockfile',
  'yarn-berry': 'yarn install --immutable',
  bun: 'bun install --frozen-lockfile',
}

/**
 * The command for a project that names none: its package manager's exact install, where its lock file lies; null where
 * there is nothing to install.
 */
export function installCommand(
  { scripts, needsInstall }: ProjectFiles,
  lock: Pick<LockFile, 'manager' | 'up'> | null,
): string | null {
  if (scripts === null) return null
  if (!needsInstall && (lock === null || lock.up === '')) return null
  if (lock === null) return 'npm install --no-audit --no-fund'
  const command = INSTALLS[lock.manager]
  return lock.up === '' ? command : `cd ${lock.up} && ${command}`
}

/** Its `build` script, where it has one, by its own package manager. */
export function buildScript(
  { scripts }: ProjectFiles,
  lock: Pick<LockFile, 'manager'> | null,
): BuildCommands {
  return scripts !== null && 'build' in scripts ? [`${programOf(lock)} run build`] : []
}

/** The program of a package manager. */
export function programOf(lock: Pick<LockFile, 'manager'> | null): string {
  return lock === null ? 'npm' : lock.manager.replace(/-berry$/, '')
}

/** Where builds usually put what they make. */
export const OUTPUT_FOLDERS = ['dist', 'build', 'lib', 'out', '.next', '.output']
