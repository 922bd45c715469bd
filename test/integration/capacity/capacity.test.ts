import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CapacityResult } from '../../../src/model/capacity.js'
import { Sandbox } from '../../helpers/rungs.js'

const SERVER = resolve(import.meta.dirname, 'server.mjs')
const PING = resolve(import.meta.dirname, 'ping.mjs')

let sandbox: Sandbox
let server: ChildProcess | null = null

beforeEach(() => {
  sandbox = new Sandbox()
})

afterEach(() => {
  server?.kill('SIGKILL')
  server = null
  sandbox.remove()
})

async function serve(...args: string[]): Promise<string> {
  server = spawn(process.execPath, [SERVER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(server.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return `http://127.0.0.1:${Number(port.toString())}`
}

function search(url: string, ...args: string[]) {
  const short = ['--duration', '1', '--warmup', '1', '--seed', '1']
  return sandbox.run(['capacity', '--target', url, '--scenario', PING, ...short, ...args])
}

function keptResult(): CapacityResult {
  const [name = ''] = readdirSync(join(sandbox.dir, 'reports'))
  return JSON.parse(
    readFileSync(join(sandbox.dir, 'reports', name, 'capacity.json'), 'utf8'),
  ) as CapacityResult
}

describe('rungs capacity', () => {
  it('finds no more than the rate of a token bucket, and keeps every probe', async () => {
    const { code, stdout } = await search(await serve('bucket', '400'), '--slo', 'p95<20ms', '--start', '380')
    const { verdict, probes, state } = keptResult()
    expect(state).toBe('completed')
    expect(stdout).toContain('probe')
    // What a machine that is busy otherwise lets through may be less, or say nothing; never more.
    if (verdict?.state === 'found') {
      expect(code).toBe(0)
      expect(verdict.low).toBeLessThanOrEqual(400 * 1.03)
      expect(verdict.high).toBeGreaterThan(verdict.low ?? Number.POSITIVE_INFINITY)
    } else {
      expect(code).toBe(3)
      expect(probes.some(({ outcome, distance }) => outcome === 'invalid' || distance !== 'apart')).toBe(true)
    }
  })

  it('says that a service is doomed that misses its objectives at the lowest rate', async () => {
    const url = await serve('bucket', '50')
    const { code, stdout } = await search(url, '--slo', 'p50<5ms', '--start', '100', '--lowest', '100')
    const { verdict, probes } = keptResult()
    if (probes.every(({ outcome }) => outcome !== 'invalid')) {
      expect({ code, state: verdict?.state }).toEqual({ code: 1, state: 'doomed' })
      expect(stdout).toContain('doomed')
    } else expect([1, 3]).toContain(code)
  })

  it('tells all that is wrong with what it is asked, at once', async () => {
    const { code, stderr } = await search(
      'http://127.0.0.1:1',
      ...['--slo', 'throughput>5/s', '--resolution', '5', '--probes', '1', '--lowest', '0'],
    )
    expect(code).toBe(2)
    for (const part of ['--slo throughput>5/s', '--resolution 5', '--probes 1', '--lowest 0'])
      expect(stderr).toContain(part)
  })
})
