/** How a project is made ready to run: shell commands, one after the other, in its folder. */
export type BuildCommands = readonly string[]

/** What of a project decides how it is installed and built. */
export interface ProjectFiles {
  /** Names in its folder. */
  readonly names: readonly string[]
  /** Of its package.json; null where there is none. */
  readonly scripts: Readonly<Record<string, unknown>> | null
}

const INSTALLS: readonly (readonly [lockFile: string, command: string])[] = [
  ['package-lock.json', 'npm ci --no-audit --no-fund'],
  ['npm-shrinkwrap.json', 'npm ci --no-audit --no-fund'],
  ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
  ['yarn.lock', 'yarn install --frozen-lockfile'],
  ['bun.lock', 'bun install --frozen-lockfile'],
]

/**
 * The commands for a project that names none: its package manager's exact install, by the lock file, and its `build`
 * script where it has one. None for a project without package.json.
 */
export function defaultBuild({ names, scripts }: ProjectFiles): BuildCommands {
  if (scripts === null) return []
  const install =
    INSTALLS.find(([lockFile]) => names.includes(lockFile))?.[1] ?? 'npm install --no-audit --no-fund'
  const runner = install.split(' ', 1)[0] as string
  return 'build' in scripts ? [install, `${runner} run build`] : [install]
}

/** The default commands for a project whose packages are there already. */
export function withoutInstall(commands: BuildCommands): BuildCommands {
  return commands.slice(1)
}

const OUTPUT_FOLDERS = ['dist', 'build', 'lib', 'out', '.next', '.output']

const NEVER_RUN = ['.git', 'node_modules', 'reports', 'coverage', 'test', 'tests', 'docs']

/**
 * The names in a built project's folder whose content decides what runs: the lock file, package.json and the output of
 * its build; where it has no build, everything but tests, documents and what is installed.
 */
export function artefactNames({ names, scripts }: ProjectFiles): string[] {
  const manifests = ['package.json', ...INSTALLS.map(([lockFile]) => lockFile)]
  const built =
    scripts !== null && 'build' in scripts ? names.filter((name) => OUTPUT_FOLDERS.includes(name)) : []
  const chosen =
    built.length > 0
      ? names.filter((name) => manifests.includes(name) || built.includes(name))
      : names.filter((name) => !NEVER_RUN.includes(name) && !/\.md$/i.test(name))
  return chosen.sort()
}
