import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readNamedRuns, scanRuns } from '../../../src/records/results.js'
import { UserError } from '../../../src/words/errors.js'
import { makeRun } from '../../helpers/run-fixture.js'

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
  it('reads every run, the oldest first, and ignores what is no run', async () => {
    await put('b', { ...good, id: 'b', startedAt: '2025-11-22T00:00:00.000Z' })
    await put('a', good)
    await writeFile(join(dir, 'index.html'), '')
    await mkdir(join(dir, 'assets'))
    const { runs, problems } = await scanRuns(dir)
    expect(runs.map((run) => run.id)).toEqual(['good', 'b'])
    expect(problems).toEqual([])
  })

  it('leaves out a file that cannot be used, and says why in one line', async () => {
    await put('good', good)
    const file = await put('cut', JSON.stringify(good).slice(0, 400))
    const { runs, problems } = await scanRuns(dir)
    expect(runs).toHaveLength(1)
    expect(problems).toEqual([expect.stringContaining(`left out: ${file}: is cut off or not JSON`)])
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

  it('tells every problem at once', async () => {
    await put('cut', '{')
    expect(await problemsOf(readNamedRuns(dir, ['missing', 'cut']))).toHaveLength(2)
  })
})
