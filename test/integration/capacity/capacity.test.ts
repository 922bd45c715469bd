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
  it('finds the rate of a token bucket, and keeps every probe', async () => {
    const range = ['--start', '390', '--highest', '440', '--resolution', '6%']
    const { code, stdout } = await search(await serve('bucket', '400'), '--slo', 'p95<20ms', ...range)
    const { verdict, probes, state } = keptResult()
    expect(state).toBe('completed')
    expect(stdout).toContain('probe')
    // However busy the machine is, a rate that the bucket cannot serve never holds, and the answer follows the probes.
    expect(probes.filter(({ rate, outcome }) => outcome === 'held' && rate > 400 * 1.03)).toEqual([])
    expect(verdict?.low ?? 0).toBeLessThanOrEqual(400 * 1.03)
    expect(verdict?.high ?? Number.POSITIVE_INFINITY).toBeGreaterThan(verdict?.low ?? 0)
    expect(code).toBe(verdict?.state === 'found' ? 0 : verdict?.state === 'doomed' ? 1 : 3)
    const told = probes.filter(({ outcome }) => outcome !== 'invalid')
    const isUndisturbed = told.every(({ rate, outcome }) => outcome === (rate < 400 ? 'held' : 'failed'))
    if (told.length === probes.length && isUndisturbed) {
      expect(verdict?.state).toBe('found')
      expect(Math.abs((verdict?.low ?? 0) / 400 - 1)).toBeLessThanOrEqual(0.06)
    }
  }, 120_000)

  it('says that a service is doomed that misses its objectives at the lowest rate', async () => {
    const url = await serve('bucket', '50')
    const { code, stdout } = await search(url, '--slo', 'p50<5ms', '--start', '100', '--lowest', '100')
    const { verdict, probes } = keptResult()
    if (probes.every(({ outcome }) => outcome !== 'invalid')) {
      expect({ code, state: verdict?.state }).toEqual({ code: 1, state: 'doomed' })
      expect(stdout).toContain('doomed')
    } else expect([1, 3]).toContain(code)
  }, 60_000)

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
