import { chmodSync, mkdtempSync } from 'node:fs'
import { basename, join } from 'node:path'
import { postgresParts } from '../services/postgres/postgres-parts.js'
import { redact, secretsOf } from '../services/support/redact.js'
import type { LaunchRequest } from './launcher.js'
import { inheritedEnv, levelPath, ownEnvOver } from './level-environment.js'
import type { PlaceholderValues } from './placeholders.js'

export const HOST = '127.0.0.1'

/** One boot of a level: what all its commands share. */
export interface LevelContext extends LaunchRequest {
  readonly port: number
  readonly url: string
  /** `level 2 (supervised)`, for messages. */
  readonly title: string
  /** Private to this boot, removed when the level is stopped. */
  readonly tempDir: string
  /** Laid over every command's environment: by it the boot's processes are found again. */
  readonly mark: Readonly<Record<string, string>>
  /** The same as `NAME=value`. */
  readonly marker: string
  readonly values: PlaceholderValues
  /** The log of one of its commands; levels of one run share a folder. */
  logFile(name: string): string
  /** Hides what nobody should read in a message or a log line. */
  hide(text: string): string
}

/** Puts together the environment of a boot: rungs' own, the request's, then where to listen. */
export function levelContext(
  request: LaunchRequest,
  port: number,
  own: Readonly<Record<string, string>> = {},
): LevelContext {
  const { level, lease, baseDir, workers } = request
  const tempDir = mkdtempSync(join(lease.tempDir, `l${level.number}-`))
  // Others may pass through, as through the run's own: a proxy's workers may be another account.
  chmodSync(tempDir, 0o711)
  const url = `http://${HOST}:${port}`
  const inherited = { ...inheritedEnv(process.env), PATH: levelPath(baseDir, process.env.PATH ?? '') }
  const env = ownEnvOver(inherited, {
    ...request.env,
    HOST,
    PORT: String(port),
    WORKERS: String(workers),
  })
  const boot = `${lease.id}.${basename(tempDir)}`
  const ownSecrets = Object.entries(own).flatMap(([name, value]) =>
    name.startsWith('secret.') ? [value] : [],
  )
  const secrets = [...secretsOf(env), ...ownSecrets]
  return {
    ...request,
    port,
    url,
    title: `level ${level.number} (${level.name})`,
    tempDir,
    mark: { ...lease.env, RUNGS_LEVEL: boot },
    marker: `RUNGS_LEVEL=${boot}`,
    values: { host: HOST, port, url, workers, tempDir, env, own: { ...own, ...postgresOf(request) } },
    logFile: (name) => join(request.logDir, `level-${level.number}-${name}.log`),
    hide: (text) => redact(text, secrets),
  }
}

/** Of the database that was made for this boot. */
function postgresOf({ level, env }: LaunchRequest): Record<string, string> {
  const url = level.services?.includes('postgres') ? env?.DATABASE_URL : undefined
  return url === undefined ? {} : postgresParts(url)
}
