import { delimiter } from 'node:path'
import { type InstalledProgram, isAtLeast, versionOf } from '../support/installed-programs.js'
import { findOnPath } from '../support/pinned.js'

/** Folders that the PATH of an ordinary account lacks. */
const FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/nginx/sbin',
  '/opt/homebrew/bin',
  '/usr/local/bin',
]
/** The option that names an error log from the start on, so that no folder of the system is written to. */
const OLDEST: readonly [number, number] = [1, 20]

/** The package of each system. */
export const NGINX_INSTALL = {
  'apt-get': 'apt-get install -y --no-install-recommends nginx',
  dnf: 'dnf install -y nginx-core',
  apk: 'apk add nginx',
  pacman: 'pacman -S --noconfirm nginx',
  brew: 'brew install nginx',
}

/** The nginx of the PATH or of the usual folders, or null. */
export async function findNginx(env: NodeJS.ProcessEnv): Promise<InstalledProgram | null> {
  const file = findOnPath('nginx', [env.PATH ?? '', ...FOLDERS].join(delimiter))
  const version = file && (await versionOf(file, '-v', parseNginxVersion))
  return file && version && isAtLeast(version, OLDEST) ? { file, version } : null
}

/** `nginx version: nginx/1.22.1` → `1.22.1` */
export function parseNginxVersion(text: string): string | null {
  return /nginx\/(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? null
}
