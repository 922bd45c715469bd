import { describe, expect, it } from 'vitest'
import { hashPassword, impossibleHash, verifyPassword } from '../../../../src/app/data/passwords.js'

// The smallest cost keeps these quick; the format is the same.
const COST = 10

describe('passwords', () => {
  it('writes a PHC string with the parameters in it, and a fresh salt each time', async () => {
    const [one, two] = await Promise.all([hashPassword('secret', COST), hashPassword('secret', COST)])
    expect(one).toMatch(/^\$scrypt\$ln=10,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(one).not.toBe(two)
  })

  it('accepts the password and nothing else', async () => {
    const hash = await hashPassword('correct horse', COST)
    expect(await verifyPassword('correct horse', hash)).toBe(true)
    expect(await verifyPassword('correct horsE', hash)).toBe(false)
    expect(await verifyPassword('', hash)).toBe(false)
  })

  it('verifies with the cost that the hash was made with', async () => {
    // RFC 7914, section 12: scrypt("password", "NaCl", N=1024, r=8, p=16), the first 32 bytes.
    const salt = Buffer.from('NaCl').toString('base64').replace(/=+$/, '')
    const key = 'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162'
    const hash = Buffer.from(key, 'hex').toString('base64').replace(/=+$/, '')
    expect(await verifyPassword('password', `$scrypt$ln=10,r=8,p=16$${salt}$${hash}`)).toBe(true)
  })

  it('fits nothing to what is not a hash', async () => {
    expect(await verifyPassword('x', 'x')).toBe(false)
    expect(await verifyPassword('', '$scrypt$ln=10,r=8,p=5$$')).toBe(false)
  })

  it('checks an unknown user at the cost of a known one', () => {
    expect(impossibleHash(14)).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/)
  })
})
