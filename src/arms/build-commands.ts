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
