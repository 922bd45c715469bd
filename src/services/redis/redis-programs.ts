import { delimiter } from 'node:path'
import { type InstalledProgram, isAtLeast, versionOf } from '../support/installed-programs.js'
import { findOnPath } from '../support/pinned.js'

/** Valkey speaks the same protocol and reads the same configuration. */
const NAMES = ['redis-server', 'valkey-server']
/** Homebrew on Apple silicon and on Intel, which a PATH may lack. */
const FOLDERS = ['/opt/homebrew/bin', '/usr/local/bin']
/** BullMQ's scripts need this one. */
const OLDEST: readonly [number, number] = [5, 0]

/** The package of each system that has a server. */
export const REDIS_INSTALL = {
  'apt-get': 'apt-get install -y --no-install-recommends redis-server',
  dnf: 'dnf install -y redis',
  apk: 'apk add redis',
  pacman: 'pacman -S --noconfirm valkey',
  brew: 'brew install redis',
}

/** The first usable server on the PATH, or null. */
export async function findRedis(env: NodeJS.ProcessEnv): Promise<InstalledProgram | null> {
  const path = [env.PATH ?? '', ...FOLDERS].join(delimiter)
  for (const name of NAMES) {
    const file = findOnPath(name, path)
    const version = file && (await versionOf(file, '--version', parseRedisVersion))
    if (file && version && isAtLeast(version, OLDEST)) return { file, version }
  }
  return null
}

/** `Redis server v=7.0.15 sha=…` → `7.0.15` */
export function parseRedisVersion(text: string): string | null {
  return /\bv=(\d+\S*)/.exec(text)?.[1] ?? null
}
