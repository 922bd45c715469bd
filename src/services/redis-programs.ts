import { execFile } from 'node:child_process'
import { delimiter } from 'node:path'
import { promisify } from 'node:util'
import { findOnPath } from './pinned.js'

/** A Redis server program. */
export interface RedisProgram {
  readonly file: string
  readonly version: string
}

/** Valkey speaks the same protocol and reads the same configuration. */
const NAMES = ['redis-server', 'valkey-server']
/** Homebrew on Apple silicon and on Intel, which a PATH may lack. */
const FOLDERS = ['/opt/homebrew/bin', '/usr/local/bin']
/** BullMQ's scripts need this one. */
const OLDEST = 5

/** The package of each system that has a server, by the program that installs packages there. */
const INSTALLERS: readonly (readonly [program: string, command: string])[] = [
  ['apt-get', 'apt-get install -y --no-install-recommends redis-server'],
  ['dnf', 'dnf install -y redis'],
  ['apk', 'apk add redis'],
  ['pacman', 'pacman -S --noconfirm valkey'],
  ['brew', 'brew install redis'],
]

/** The first usable server on the PATH, or null. */
export async function findRedis(env: NodeJS.ProcessEnv): Promise<RedisProgram | null> {
  const path = [env.PATH ?? '', ...FOLDERS].join(delimiter)
  for (const name of NAMES) {
    const file = findOnPath(name, path)
    const version = file && (await versionOf(file))
    if (file && version && Number.parseInt(version, 10) >= OLDEST) return { file, version }
  }
  return null
}

/** The command that installs Redis on this system, or null where none is known. */
export function redisInstallCommand(env: NodeJS.ProcessEnv): string | null {
  return INSTALLERS.find(([program]) => findOnPath(program, env.PATH ?? ''))?.[1] ?? null
}

/** `Redis server v=7.0.15 sha=…` → `7.0.15` */
export function parseRedisVersion(text: string): string | null {
  return /\bv=(\d+\S*)/.exec(text)?.[1] ?? null
}

async function versionOf(file: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: 10_000 })
    return parseRedisVersion(stdout)
  } catch {
    // It was built for another system: not a Redis that could be used here.
    return null
  }
}
