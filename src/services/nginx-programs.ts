import { execFile } from 'node:child_process'
import { delimiter } from 'node:path'
import { promisify } from 'node:util'
import { findOnPath } from './pinned.js'

/** An nginx program. */
export interface NginxProgram {
  readonly file: string
  readonly version: string
}

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

/** The package of each system, by the program that installs packages there. */
const INSTALLERS: readonly (readonly [program: string, command: string])[] = [
  ['apt-get', 'apt-get install -y --no-install-recommends nginx'],
  ['dnf', 'dnf install -y nginx-core'],
  ['apk', 'apk add nginx'],
  ['pacman', 'pacman -S --noconfirm nginx'],
  ['brew', 'brew install nginx'],
]

/** The nginx of the PATH or of the usual folders, or null. */
export async function findNginx(env: NodeJS.ProcessEnv): Promise<NginxProgram | null> {
  const file = findOnPath('nginx', [env.PATH ?? '', ...FOLDERS].join(delimiter))
  const version = file && (await versionOf(file))
  if (!file || !version) return null
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]) ? { file, version } : null
}

/** The command that installs nginx on this system, or null where none is known. */
export function nginxInstallCommand(env: NodeJS.ProcessEnv): string | null {
  return INSTALLERS.find(([program]) => findOnPath(program, env.PATH ?? ''))?.[1] ?? null
}

/** `nginx version: nginx/1.22.1` → `1.22.1` */
export function parseNginxVersion(text: string): string | null {
  return /nginx\/(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? null
}

async function versionOf(file: string): Promise<string | null> {
  try {
    const { stderr } = await promisify(execFile)(file, ['-v'], { timeout: 10_000 })
    return parseNginxVersion(stderr)
  } catch {
    // A library is missing, or it was built for another system: not an nginx that could be used here.
    return null
  }
}
