import { existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RecycleLock } from '../../../src/app/recycle.js'

let dir: string
let path: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rungs-lock-'))
  path = join(dir, 'lock')
})

afterEach(() => rmSync(dir, { recursive: true }))

describe('RecycleLock', () => {
  it('lets one in at a time, and the next when the successor of the first listens', async () => {
    await new RecycleLock(path, '0').acquire()
    const order: string[] = []
    const waiting = new RecycleLock(path, '1').acquire().then(() => order.push('acquired'))
    // Another instance that starts is not the successor.
    await new RecycleLock(path, '2').release()
    expect(existsSync(path)).toBe(true)
    order.push('released')
    await new RecycleLock(path, '0').release()
    await waiting
    expect(order).toEqual(['released', 'acquired'])
  })

  it('is taken over when the successor never came', async () => {
    await new RecycleLock(path, '0').acquire()
    const long = new Date(Date.now() - 61_000)
    utimesSync(path, long, long)
    await new RecycleLock(path, '1').acquire()
    await new RecycleLock(path, '1').release()
    expect(existsSync(path)).toBe(false)
  })
})
