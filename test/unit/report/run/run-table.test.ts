import { expect, it } from 'vitest'
import { textTable, wrap } from '../../../../src/markup/text-table.js'
import { runTable } from '../../../../src/report/run/run-table.js'
import { ladderRun } from '../../../helpers/ladder-run.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const unwrapped = (text: string) => text.replace(/\s+/g, ' ')
const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length))

it('fits 80 columns, with long names and large figures too', () => {
  const cells = [
    {
      level: '12',
      scenario: 'a scenario with a very long name indeed',
      throughput: 1_234_567,
      latencyUs: 9e8,
    },
    {
      level: '12',
      scenario: 'b',
      throughput: 1,
      validity: { state: 'generator-bound' as const, evidence: ['x'.repeat(200)] },
    },
  ]
  expect(widest(runTable(ladderRun()))).toBeLessThanOrEqual(80)
  const run = makeRun({ cells, warnings: ['w '.repeat(90)] })
  for (const columns of [40, 60, 80, 100])
    expect(widest(runTable(run, { columns }))).toBeLessThanOrEqual(columns)
})

it('leaves out the least important columns before it makes names unreadable', () => {
  const headsOf = (columns: number) => runTable(ladderRun(), { columns }).split('\n')[0]?.split(/ {2,}/)
  expect(headsOf(80)).toHaveLength(9)
  expect(headsOf(60)).toEqual(['scenario', 'level', 'req/s', 'at /s', 'p99 ms', 'errors', 'validity'])
  expect(runTable(ladderRun(), { columns: 60 })).toContain('auth-login')
})

it('has a line for each level and scenario, and the reasons below', () => {
  const text = runTable(
    makeRun({
      cells: [
        {
          level: '0',
          scenario: 'simple',
          throughput: 9_100,
          latenciesUs: [2_000],
          latency: { errors: { timeout: 2 } },
          errors: { timeout: 7 },
          slo: [
            { rule: 'p99<1ms', metric: 'p99', actual: 2_000, limit: 1_000, state: 'missed', stated: true },
            { rule: 'p90<1ms', metric: 'p90', actual: 2_000, limit: 1_000, state: 'missed', stated: false },
            {
              rule: 'errors<1%',
              metric: 'errors',
              actual: null,
              limit: 0.01,
              state: 'no-data',
              stated: false,
            },
            { rule: 'p95<9ms', metric: 'p95', actual: 2_000, limit: 9_000, state: 'met', stated: true },
          ],
        },
        {
          level: '1',
          scenario: 'simple',
          throughput: 9,
          validity: { state: 'noisy', evidence: ['steal 9 %'] },
        },
        {
          level: '2',
          scenario: 'simple',
          outcome: { state: 'failed', stage: 'boot', error: 'exited with 1', log: [], sample: null },
        },
        {
          level: '3',
          scenario: 'simple',
          outcome: { state: 'skipped', reason: 'no PM2', fix: 'npm install pm2' },
        },
      ],
    }),
  )
  expect(text).toMatch(/simple +0 +9,100 +5,460 +2\.00 +2\.00 +9 +120 +valid/)
  expect(text).toContain('simple, level 1: capacity not valid: noisy: steal 9 %')
  expect(text).toContain('simple, level 2: failed at boot: exited with 1')
  expect(text).toContain('simple, level 3: skipped: no PM2\n  to run it: npm install pm2')
  expect(text).toContain('simple, level 0: SLO p99<1ms (2.00 ms): missed')
  expect(text).toContain('simple, level 0: default objectives not met: p90<1ms (2.00 ms)')
  expect(text).not.toContain('p95<9ms')
  expect(text).toContain('latency of the open loop')
})

it('counts the objectives, and says which are only the defaults', () => {
  const slo = (rule: string, state: 'met' | 'missed', stated: boolean) =>
    ({ rule, metric: 'p99', actual: 2_000, limit: 9_000, state, stated }) as const
  const noisy = { state: 'noisy' as const, evidence: ['steal 9 %'] }
  const cell = { scenario: 'simple', throughput: 900, latency: {} }
  const text = unwrapped(
    runTable(
      makeRun({
        cells: [
          { ...cell, level: '0', slo: [slo('p99<9ms', 'met', true), slo('p99<1ms', 'missed', true)] },
          {
            ...cell,
            level: '1',
            latency: { validity: noisy },
            slo: [slo('p99<9ms', 'missed', true), slo('p99<8ms', 'met', true)],
          },
          { ...cell, level: '2', slo: [slo('p99<500ms', 'met', false)] },
        ],
      }),
    ),
  )
  expect(text).toContain('SLO: 1 of 4 met, 1 not met, 2 without a verdict.')
  expect(text).toContain('No SLO given: by the defaults (p99<500ms), which decide no exit code: 1 of 1 met.')
  expect(text).toContain('level 1: SLO p99<9ms, p99<8ms: no verdict: latency is not valid (noisy)')
})

it('tells what a measurement warned of', () => {
  const outcome = makeRun({ cells: [{ level: '0', scenario: 'simple', throughput: 9 }] }).cells[0]?.outcome
  if (outcome?.state !== 'completed') throw new Error('the fixture has changed')
  const text = runTable(
    makeRun({
      cells: [{ level: '0', scenario: 'simple', outcome: { ...outcome, warnings: ['was halved'] } }],
    }),
  )
  expect(text).toContain('simple, level 0: was halved')
})

it('tells who logged in before the load, in a line for both phases, and nothing where nobody had to', () => {
  const run = makeRun({ cells: [{ level: '0', scenario: 'a', throughput: 9, latenciesUs: [2_000] }] })
  expect(unwrapped(runTable(run))).not.toContain('logged in')
  const outcome = run.cells[0]?.outcome
  if (outcome?.state !== 'completed' || !outcome.latency) throw new Error('not completed')
  const logIns = { users: 8, loggedIn: 8, seconds: 0.33, shared: 0, refused: [] }
  outcome.sample.logIns = logIns
  outcome.latency.sample.logIns = { ...logIns, users: 5, loggedIn: 5, shared: 2 }
  expect(unwrapped(runTable(run))).toContain(
    'a, level 0: logged in before the load, in no figure: capacity: 8 users, 0.3 s; latency: 5 users, 0.3 s, and 2 more who shared their log-ins',
  )
})

it('colours only when asked, and never passes on control characters', () => {
  const run = makeRun({
    cells: [{ level: '0', scenario: 'evil\u001b[2J\u0007', throughput: 1 }],
    warnings: ['bell\u0007'],
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
  expect(runTable(run)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  expect(runTable(run, { colour: true })).toContain('\u001b[1m')
})

it('says when nothing was measured', () => {
  expect(runTable(makeRun({ cells: [] }))).toBe('Nothing was measured.\n')
})

it('aligns columns and wraps words that are longer than a line', () => {
  expect(
    textTable(
      [
        { head: 'a', align: 'left' },
        { head: 'n', align: 'right' },
      ],
      [
        ['long', '1'],
        ['b', '22'],
      ],
    ),
  ).toEqual(['a      n', 'long   1', 'b     22'])
  expect(wrap('one two three', 7, '  ')).toEqual(['one two', '  three'])
  expect(wrap('x'.repeat(12), 10, '  ').every((line) => line.length <= 10)).toBe(true)
})

it('says which phases are not valid, and leaves latency empty where it was not measured', () => {
  const noisy = { state: 'noisy' as const, evidence: ['steal 9 %'] }
  const text = runTable(
    makeRun({
      cells: [
        { level: '0', scenario: 'simple', throughput: 9_100, latency: { validity: noisy } },
        { level: '1', scenario: 'simple', throughput: 9_100, latency: null },
      ],
    }),
  )
  expect(text).toMatch(/0 {3}.* lat\. noisy$/m)
  expect(text).toContain('simple, level 0: latency not valid: noisy: steal 9 %')
  expect(text).toMatch(/1 +9,100 +– +– +– +0 +120 +valid/)
})

it('says below the table what the errors of both loops were, of which step, with an example', () => {
  const run = makeRun({ cells: [{ level: '0', scenario: 'simple', throughput: 9_100, latency: {} }] })
  const [cell] = run.cells
  if (cell?.outcome.state !== 'completed' || !cell.outcome.latency) throw new Error('no latency')
  const kind = (count: number) => ({ what: 'status 401', count, steps: [{ name: 'items', count }] })
  cell.outcome.sample.errors = [
    { ...kind(7), example: { status: 401, text: '{"error":"\u001b[2Jexpired"}' } },
  ]
  cell.outcome.latency.sample.errors = [kind(3), { what: 'ECONNRESET', count: 1 }]
  const text = unwrapped(runTable(run))
  expect(text).toContain(
    'simple, level 0: errors: 10 × status 401 (step items), 1 × ECONNRESET; such as status 401: {"error":"?[2Jexpired"}',
  )
})
