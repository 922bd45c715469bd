import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemsOf } from '../../../src/model/schema/validate.js'
import { TuneResult } from '../../../src/model/studies/tune.js'
import { Sandbox } from '../../helpers/rungs.js'

const SERVER = resolve(import.meta.dirname, 'server.mjs')
const SHORT = ['--workers', '2', '--duration', '1', '--warmup', '0', '--seed', '1', '--affinity', 'off']

let sandbox: Sandbox

beforeEach(() => {
  sandbox = new Sandbox()
  const level = {
    ...{ number: 7, name: 'tiny', title: 'Tiny', workers: 'auto' },
    processes: [{ name: 'app', role: 'web', command: 'node', args: [SERVER] }],
    ready: { path: '/' },
  }
  const scenario = {
    name: 'ping',
    title: 'Ping',
    steps: [{ name: 'ping', path: '/', expect: { status: 200 } }],
  }
  const config = { levels: [level], scenarios: [scenario] }
  writeFileSync(join(sandbox.dir, 'rungs.config.json'), JSON.stringify(config))
})

afterEach(() => {
  expect(sandbox.leftovers()).toEqual([])
  sandbox.remove()
})

function kept(): TuneResult {
  const [name = ''] = readdirSync(join(sandbox.dir, 'reports'))
  const value: unknown = JSON.parse(readFileSync(join(sandbox.dir, 'reports', name, 'tune.json'), 'utf8'))
  expect(problemsOf(TuneResult, value)).toEqual([])
  return value as TuneResult
}

describe('rungs tune', () => {
  it('measures each candidate with its number of workers, and what it says follows from what it measured', async () => {
    const { code, stdout, stderr } = await sandbox.run(['tune', '--level', '7', ...SHORT])
    const { state, candidates, measurements, verdict } = kept()
    expect(state, stderr).toBe('completed')
    const formula = candidates.find(({ isFormula }) => isFormula)
    expect(candidates.map(({ workers }) => workers)).toEqual([2, formula?.workers])
    expect(new Set(measurements.map(({ candidate }) => candidate)).size).toBe(candidates.length)
    expect(code).toBe(verdict?.state === 'none' ? 3 : 0)
    // Which of them gives more is for a quiet machine to say.
    if (verdict?.state !== 'none') expect(candidates.map(({ key }) => key)).toContain(verdict?.take)
    expect(stdout).toContain(verdict?.state === 'none' ? 'no verdict' : 'Set WORKERS=')
  })

  it('keeps what was measured when it is interrupted', async () => {
    const child = sandbox.start(['tune', '--level', '7', ...SHORT])
    child.stderr?.on('data', (text: string) => {
      if (text.includes('round 1,')) child.kill('SIGINT')
    })
    const { code } = await child.finished
    expect(code).toBe(130)
    const { state, measurements, verdict } = kept()
    expect({ state, verdict }).toEqual({ state: 'interrupted', verdict: null })
    expect(measurements.length).toBeGreaterThanOrEqual(1)
  })

  it('tells all that is wrong with what it is asked, and refuses a budget too small for one round', async () => {
    const wrong = await sandbox.run([
      'tune',
      '--level',
      '7',
      '--workers',
      '0',
      '--pools',
      '4',
      '--pairs',
      '2',
    ])
    expect(wrong.code).toBe(2)
    for (const part of ['--workers 0', '--pools', '--pairs 2']) expect(wrong.stderr).toContain(part)
    const poor = await sandbox.run(['tune', '--level', '7', ...SHORT, '--budget', '2s'])
    expect(poor.code).toBe(2)
    expect(poor.stderr).toContain('one measurement of each of')
  })
})
