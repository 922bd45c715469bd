import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readNamedRuns, scanRuns } from '../../../../src/report/files/read-runs.js'
import { UserError } from '../../../../src/words/errors.js'
import { makeRun } from '../../../helpers/run-fixture.js'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rungs-report-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function put(name: string, content: unknown): Promise<string> {
  await mkdir(join(dir, name), { recursive: true })
  const file = join(dir, name, 'run.json')
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

const good = makeRun({ id: 'good', cells: [{ level: '0', scenario: 'simple', throughput: 10 }] })

const bad: readonly (readonly [string, unknown, RegExp])[] = [
  ['truncated', JSON.stringify(good).slice(0, 400), /is cut off or not JSON/],
  ['empty', '', /is empty/],
  [
    'newer',
    { ...good, schemaVersion: 2 },
    /newer rungs \(schema version 2, this one reads up to 1\); update rungs/,
  ],
  [
    'invalid',
    { ...good, machine: { ...good.machine, cores: 'four' } },
    /is not a rungs result: machine\.cores/,
  ],
  ['foreign', '{"name":"x"}', /is not a rungs result/],
  ['list', '[]', /is not a rungs result/],
]

async function problemsOf(reading: Promise<unknown>): Promise<readonly string[]> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof UserError)) throw new Error(`expected a UserError, got ${String(error)}`)
  expect(error.exitCode).toBe(2)
  return error.problems
}

describe('scanning', () => {
  it('reads results from before the open loop as measured without latency and objectives', async () => {
    const old = makeRun({
      id: 'old',
      cells: [{ level: '0', scenario: 'simple', throughput: 10, latency: null }],
    })
    const { latency: _, ...settings } = old.settings
    const cells = old.cells.map((cell) => {
      const { latency: _, slo: __, ...outcome } = cell.outcome as unknown as Record<string, unknown>
      return { ...cell, outcome }
    })
    await put('old', { ...old, settings, cells })
    expect((await scanRuns(dir)).runs).toEqual([old])
  })

  it('reads every run, the oldest first, and ignores what is no run', async () => {
    await put('b', { ...good, id: 'b', startedAt: '2025-11-22T00:00:00.000Z' })
    await put('a', good)
    await writeFile(join(dir, 'index.html'), '')
    await mkdir(join(dir, 'assets'))
    const { runs, problems } = await scanRuns(dir)
    expect(runs.map((run) => run.id)).toEqual(['good', 'b'])
    expect(problems).toEqual([])
  })

  it.each(bad)('leaves out a file that is %s, and says why in one line', async (name, content, expected) => {
    await put('good', good)
    await put(name, content)
    const { runs, problems } = await scanRuns(dir)
    expect(runs).toHaveLength(1)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(expected)
    // However the path is written, it ends like this.
    expect(problems[0]).toContain(join(name, 'run.json'))
    expect(problems[0]).not.toContain('\n')
  })

  it('asks for a measurement when there is none', async () => {
    expect((await problemsOf(scanRuns(join(dir, 'none'))))[0]).toContain('rungs run')
  })
})

describe('naming', () => {
  it('takes a name, a folder or a file, once each', async () => {
    const file = await put('good', good)
    expect(await readNamedRuns(dir, ['good', join(dir, 'good'), file])).toHaveLength(1)
  })

  it.each(bad)('refuses a file that is %s', async (name, content, expected) => {
    await put(name, content)
    const problems = await problemsOf(readNamedRuns(dir, [name]))
    expect(problems[0]).toMatch(expected)
  })

  it('tells every problem at once', async () => {
    await put('cut', '{')
    expect(await problemsOf(readNamedRuns(dir, ['missing', 'cut']))).toHaveLength(2)
  })
})
