import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** Parameters of scrypt; `ln` is log2 of N. */
interface Cost {
  readonly ln: number
  readonly r: number
  readonly p: number
}

const KEY_BYTES = 32
const SALT_BYTES = 16
// With N = 2^14, what the OWASP password storage cheat sheet asks of scrypt: N = 2^14, r = 8, p = 5.
const R = 8
const P = 5

/** A PHC string, `$scrypt$ln=14,r=8,p=5$SALT$HASH`, salt and hash in unpadded base64. */
export async function hashPassword(password: string, ln: number): Promise<string> {
  const cost = { ln, r: R, p: P }
  const salt = randomBytes(SALT_BYTES)
  return format(cost, salt, await derive(password, salt, cost, KEY_BYTES))
}

/** Whether the password fits the PHC string, in time that does not depend on how nearly it fits. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const parsed = parse(phc)
  if (parsed === null) return false
  const hash = await derive(password, parsed.salt, parsed.cost, parsed.hash.length)
  return timingSafeEqual(hash, parsed.hash)
}

/** A hash that no password fits: checked for an unknown user, so that the answer takes as long as for a known one. */
export function impossibleHash(ln: number): string {
  return format({ ln, r: R, p: P }, randomBytes(SALT_BYTES), randomBytes(KEY_BYTES))
}

function format(cost: Cost, salt: Buffer, hash: Buffer): string {
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${base64(salt)}$${base64(hash)}`
}

function parse(phc: string): { cost: Cost; salt: Buffer; hash: Buffer } | null {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
    phc,
  )
  if (match === null) return null
  const [, ln, r, p, salt = '', hash = ''] = match
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
}

function derive(password: string, salt: Buffer, cost: Cost, length: number): Promise<Buffer> {
  const N = 2 ** cost.ln
  // scrypt needs 128·N·r bytes; Node refuses at its default limit, which N = 2^14 just touches.
  const options: ScryptOptions = { N, r: cost.r, p: cost.p, maxmem: 256 * N * cost.r }
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

function base64(data: Buffer): string {
  return data.toString('base64').replace(/=+$/, '')
}
