import { randomBytes } from 'node:crypto'
import type { Level } from '../model/plan/level.js'
import { freePort } from '../services/support/free-port.js'

const OWN = /(?<!\$)\{(port|secret)\.(\w+)\}/g
/** 256 bits: enough for a key of HS256 (RFC 7518, 3.2). */
const SECRET_BYTES = 32

/**
 * What `{port.NAME}` and `{secret.NAME}` stand for in one boot of a level, by what stands in the braces: a free port, and
 * the variable of that name or a random text.
 */
export async function ownValues(
  level: Level,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const [, kind, name = ''] of JSON.stringify(level).matchAll(OWN)) {
    values[`${kind}.${name}`] ??=
      kind === 'port'
        ? String(await freePort())
        : env[name] || randomBytes(SECRET_BYTES).toString('base64url')
  }
  return values
}
