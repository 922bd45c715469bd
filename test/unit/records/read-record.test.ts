import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KINDS, type Kind, type RecordKind } from '../../../src/records/kinds.js'
import { readRecord } from '../../../src/records/read-record.js'
import { calibration } from '../../helpers/calibration-fixture.js'
import { makeRun } from '../../helpers/run-fixture.js'
import { asStored, regressed } from '../report/gate/gate-results.js'

/** What rungs wrote before records had a kind, each in a folder of its own. */
const EARLIER: readonly (readonly [RecordKind, string])[] = [
  ['run', 'run/run.json'],
  ['run', 'ladder/run.json'],
  ['ladder', 'ladder/ladder.json'],
  ['capacity', 'capacity/capacity.json'],
  ['tune', 'tune/tune.json'],
  ['gate', 'gate/gate.json'],
  ['calibrate', 'calibrate/calibration.json'],
]

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rungs-record-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const earlier = (name: string) => join(import.meta.dirname, '../../fixtures/results', name)

async function put(name: string, content: unknown): Promise<string> {
  const file = join(dir, name)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

const kindCalled = (name: RecordKind): Kind => KINDS[name]

describe('a file from before records had a kind', () => {
  it('is kept of every kind', () => {
    expect(new Set(EARLIER.map(([kind]) => kind))).toEqual(new Set(Object.keys(KINDS)))
  })

  it.each(EARLIER)('is read as a %s by its name: %s', async (kind, name) => {
    const written: Record<string, unknown> = JSON.parse(await readFile(earlier(name), 'utf8'))
    expect(written).not.toHaveProperty('kind')
    const { record, problem } = await readRecord(earlier(name))
    expect(problem).toBeNull()
    expect(record).toMatchObject({ ...written, kind })
    expect(await readRecord(earlier(name), kindCalled(kind))).toEqual({ record, problem })
  })

  it.each(EARLIER)('is known as a %s by its fields under any name: %s', async (kind, name) => {
    const folder = join(dir, 'renamed', dirname(name))
    await cp(dirname(earlier(name)), folder, { recursive: true })
    const file = join(folder, 'kept.json')
    await cp(earlier(name), file)
    expect((await readRecord(file)).record?.kind).toBe(kind)
  })

  it('has of a ladder the machine of the run beside it', async () => {
    const [ladder, run] = await Promise.all(
      ['ladder/ladder.json', 'ladder/run.json'].map((name) => readRecord(earlier(name))),
    )
    expect(ladder?.record?.machine).toEqual(run?.record?.machine)
  })

  it('may be a run from before the open loop: as measured without latency and objectives', async () => {
    const old = makeRun({
      id: 'old',
      cells: [{ level: '0', scenario: 'simple', throughput: 10, latency: null }],
    })
    const { latency: _, ...settings } = old.settings
    const cells = old.cells.map((cell) => {
      const { latency: _, slo: __, ...outcome } = cell.outcome as unknown as Record<string, unknown>
      return { ...cell, outcome }
    })
    const file = await put('old/run.json', { ...old, settings, cells })
    expect((await readRecord(file)).record).toEqual(old)
  })
})

describe('a file with a kind', () => {
  it('is what it says, whatever its name', async () => {
    const gate = asStored(regressed())
    expect(await readRecord(await put('odd/run.json', gate))).toEqual({ record: gate, problem: null })
  })

  it('is refused where another kind is wanted', async () => {
    const file = await put('gate/gate.json', regressed())
    expect(await readRecord(file, KINDS.run)).toEqual({
      record: null,
      problem: `${file}: is a gate, not a run; give the file of a run`,
    })
  })
})

const good = makeRun({ id: 'good', cells: [{ level: '0', scenario: 'simple', throughput: 10 }] })

describe('a file that cannot be used', () => {
  it.each<[kind: RecordKind, problem: RegExp, content: unknown]>([
    ['run', /^is empty; measure again, or remove \S+$/, ''],
    ['run', /^is cut off or not JSON: .*; measure again, or remove \S+$/, JSON.stringify(good).slice(0, 400)],
    ['run', /^is not a rungs run: .*; measure again, or remove \S+$/, { name: 'x' }],
    ['run', /^is not a rungs run: /, []],
    [
      'run',
      /^is not a rungs run: machine\.cores: /,
      { ...good, machine: { ...good.machine, cores: 'four' } },
    ],
    [
      'run',
      /^was written by a newer rungs \(schema version 2, this one reads up to 1\); update rungs to read it$/,
      { ...good, schemaVersion: 2 },
    ],
    ['gate', /^was written by a newer rungs \(schema version 2,/, { schemaVersion: 2 }],
    ['gate', /^is not a rungs gate: .*; run the gate again, or remove \S+$/, { schemaVersion: 1 }],
    ['gate', /^is not a rungs gate: /, 'null'],
    ['ladder', /^is cut off or not JSON: /, '{'],
    ['capacity', /^is not a rungs capacity search: .*; search again, or remove \S+$/, {}],
    ['tune', /^is not a rungs tuning: .*; tune again, or remove \S+$/, {}],
    ['calibrate', /^is cut off or not JSON: /, '{"schemaVersion": 1,\n\n'],
    [
      'calibrate',
      /^is not a rungs calibration: verdict: .*; calibrate again \(rungs calibrate\), or remove the file$/,
      { ...calibration(), verdict: 'perfect' },
    ],
  ])('as a %s is told in one line: %s', async (kind, expected, content) => {
    const file = await put(`bad/${KINDS[kind].file}`, content)
    for (const wanted of [kind, null]) {
      const { record, problem } = await readRecord(file, wanted && kindCalled(wanted))
      expect(record).toBeNull()
      expect(problem).not.toContain('\n')
      expect(problem?.slice(0, file.length + 2)).toBe(`${file}: `)
      expect(problem?.slice(file.length + 2)).toMatch(expected)
    }
  })

  it('is told with its first problems, and how many more there are', async () => {
    const file = await put('many/run.json', {
      schemaVersion: 1,
      kind: 'run',
      tool: 1,
      id: 1,
      state: 1,
      cells: 1,
    })
    const { problem } = await readRecord(file)
    expect(problem).toMatch(/: is not a rungs run: (\w+: [^;]+;.*){3} and \d+ more; measure again, /)
  })

  it('and has a name of its own is not to be removed with its folder', async () => {
    const { problem } = await readRecord(await put('own/kept.json', { ...good, levels: 1 }))
    expect(problem).toMatch(/; measure again, or remove the file$/)
  })

  it('may be of no kind at all', async () => {
    const file = await put('foreign.json', { name: 'x' })
    expect((await readRecord(file)).problem).toBe(`${file}: is not a result file of rungs`)
  })

  it('may hold a histogram that cannot be decoded', async () => {
    const result = asStored(regressed())
    const latency = result.blocks[3]?.cells[0]?.latency
    if (!latency) throw new Error('no latency')
    latency.head.histogram = 'AAAA'
    const { problem } = await readRecord(await put('damaged/gate.json', result))
    expect(problem).toContain('is damaged: a histogram of block 4 cannot be decoded; run the gate again')
  })

  it('may be a folder', async () => {
    const file = join(dir, 'folder', 'run.json')
    await mkdir(file, { recursive: true })
    expect((await readRecord(file)).problem).toContain('cannot be read: EISDIR')
  })
})

it('is neither a record nor a problem where there is no file', async () => {
  const none = { record: null, problem: null }
  expect(await readRecord(join(dir, 'none', 'run.json'))).toEqual(none)
  const file = await put('a-file', '')
  expect(await readRecord(join(file, basename(file)))).toEqual(none)
})
