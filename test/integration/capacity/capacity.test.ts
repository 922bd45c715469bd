import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CapacityResult } from '../../../src/model/studies/capacity.js'
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

/** Which verdict a machine allows is its own affair; that the exit code says it is ours. */
function exitCodeOf(verdict: CapacityResult['verdict']): number {
  return verdict?.state === 'found' ? 0 : verdict?.state === 'doomed' ? 1 : 3
}

describe('rungs capacity', () => {
  it('never takes a token bucket for faster than it is, keeps every probe, and ends by its verdict', async () => {
    const range = ['--start', '390', '--highest', '440', '--probes', '3']
    const { code, stdout } = await search(await serve('bucket', '400'), '--slo', 'p95<20ms', ...range)
    const { verdict, probes, state } = keptResult()
    expect(state).toBe('completed')
    expect(stdout).toContain('probe')
    expect(probes.length).toBeGreaterThan(0)
    expect(probes.length).toBeLessThanOrEqual(3)
    // However busy the machine is, a rate that the bucket cannot serve never holds. That the search finds the bucket's rate
    // on a quiet machine is for bench/capacity.mjs to show.
    expect(probes.filter(({ rate, outcome }) => outcome === 'held' && rate > 400 * 1.03)).toEqual([])
    expect(code).toBe(exitCodeOf(verdict))
  })

  it('ends by its verdict where a service misses its objectives at the lowest rate', async () => {
    const url = await serve('bucket', '50')
    const range = ['--start', '100', '--lowest', '100', '--probes', '3']
    const { code, stdout } = await search(url, '--slo', 'p50<5ms', ...range)
    const { verdict, probes } = keptResult()
    expect(probes.filter(({ outcome }) => outcome === 'held')).toEqual([])
    expect(code).toBe(exitCodeOf(verdict))
    expect(verdict?.state).not.toBe('found')
    if (verdict?.state === 'doomed') expect(stdout).toContain('doomed')
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
