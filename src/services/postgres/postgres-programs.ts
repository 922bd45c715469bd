import { execFile } from 'node:child_process'
import { readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { isAtLeast, versionOf } from '../support/installed-programs.js'
import { findOnPath, isExecutable } from '../support/pinned.js'

const run = promisify(execFile)

/** A folder with `postgres` and `initdb`. */
export interface PostgresPrograms {
  readonly bin: string
  readonly version: string
  /** For people: `installed (/usr/lib/postgresql/15/bin)` or `embedded`. */
  readonly source: string
}

/** The oldest Postgres that knows `scram-sha-256`, which a private server is locked with. */
const OLDEST: readonly [number, number] = [10, 0]

/** The installed Postgres that is found first: on the PATH, by `pg_config`, then in the usual folders, newest first. */
export async function findInstalled(
  env: NodeJS.ProcessEnv,
  usable: (bin: string) => boolean = () => true,
): Promise<PostgresPrograms | null> {
  const seen = new Set<string>()
  for await (const folder of candidates(env)) {
    const bin = programFolder(folder)
    if (!bin || seen.has(bin)) continue
    seen.add(bin)
    const version = usable(bin) ? await postgresVersion(bin) : null
    if (version && isAtLeast(version, OLDEST)) {
      return { bin, version, source: `installed (${bin})` }
    }
  }
  return null
}

/** The version that `postgres --version` prints, or null where it cannot be run. */
export function postgresVersion(bin: string): Promise<string | null> {
  return versionOf(join(bin, 'postgres'), '--version', parseVersion)
}

/** `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` → `15.18` */
export function parseVersion(text: string): string | null {
  return /\(PostgreSQL\) (\d+\S*)/.exec(text)?.[1] ?? null
}

async function* candidates(env: NodeJS.ProcessEnv): AsyncGenerator<string> {
  const path = env.PATH ?? ''
  yield* path.split(delimiter).filter((folder) => folder !== '')
  if (findOnPath('pg_config', path)) {
    const bin = await configuredFolder(path)
    if (bin) yield bin
  }
  // Debian and Ubuntu, Red Hat, the macOS installer, Homebrew on Apple silicon and on Intel, Postgres.app.
  yield* newestFirst('/usr/lib/postgresql', /^\d+/)
  yield* newestFirst('/usr', /^pgsql-\d+/)
  yield* newestFirst('/Library/PostgreSQL', /^\d+/)
  yield* newestFirst('/opt/homebrew/opt', /^postgresql(@\d+)?$/)
  yield* newestFirst('/usr/local/opt', /^postgresql(@\d+)?$/)
  yield* newestFirst('/Applications/Postgres.app/Contents/Versions', /^\d+/)
}

async function configuredFolder(path: string): Promise<string | null> {
  try {
    const { stdout } = await run('pg_config', ['--bindir'], { env: { PATH: path }, timeout: 10_000 })
    return stdout.trim() || null
  } catch {
    // Debian's pg_config fails where only the client library is installed.
    return null
  }
}

function newestFirst(parent: string, pattern: RegExp): string[] {
  let names: string[]
  try {
    names = readdirSync(parent)
  } catch {
    // This system does not have that folder.
    return []
  }
  const versions = names.filter((name) => pattern.test(name))
  return byVersionDescending(versions).map((name) => join(parent, name, 'bin'))
}

/** Names by the number in them, highest first. */
export function byVersionDescending(names: readonly string[]): string[] {
  const number = (name: string): number => Number(/\d+(\.\d+)?/.exec(name)?.[0] ?? 0)
  return [...names].sort((a, b) => number(b) - number(a))
}

/** The folder that `postgres` truly lies in, behind links; its own files are found from there. */
function programFolder(folder: string): string | null {
  const postgres = join(folder, 'postgres')
  if (!isExecutable(postgres)) return null
  const bin = dirname(realpathSync(postgres))
  return isExecutable(join(bin, 'initdb')) ? bin : null
}
