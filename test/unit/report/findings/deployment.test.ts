import { describe, expect, it } from 'vitest'
import { levelRules } from '../../../../src/ladder/which-level.js'
import {
  askedP99Ms,
  deploymentRules,
  type Shown,
  shownByScenario,
} from '../../../../src/report/findings/deployment.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { type CellSpec, makeRun } from '../../../helpers/run-fixture.js'

const { judge, choose, answer } = deploymentRules(levelRules())

function shown(more: Partial<Shown> = {}, latency: Partial<NonNullable<Shown['latency']>> = {}): Shown {
  return {
    level: '0 single',
    capacity: 1_050,
    rank: 0,
    latency: { rate: [600, 620], p99Ms: 20, isBound: false, failed: null, ...latency },
    missing: null,
    ...more,
  }
}

describe('whether a level does', () => {
  it.each([
    ['at a rate below the measured one', shown(), 500, 'yes'],
    ['at the lowest rate of the repeats', shown(), 600, 'yes'],
    ['above it, within the capacity', shown(), 601, 'open'],
    ['between the lowest and the highest capacity', shown(), 1_000, 'open'],
    ['beyond the highest capacity', shown(), 1_051, 'no'],
    ['with a p99 too high at a lower rate than asked', shown({}, { p99Ms: 100 }), 700, 'no'],
    ['with a p99 too high at a higher rate than asked', shown({}, { p99Ms: 100 }), 300, 'open'],
    ['with 0.2 % failed at a higher rate than asked', shown({}, { failed: 0.002 }), 300, 'open'],
    ['with 0.2 % failed at a lower one', shown({}, { failed: 0.002 }), 700, 'no'],
    ['with a p99 that may be higher', shown({}, { isBound: true }), 300, 'open'],
    ['without a valid latency', shown({ latency: null, missing: 'noisy' }), 300, 'open'],
    ['without either', shown({ latency: null, capacity: null, missing: 'failed' }), 300, 'open'],
    ['without a valid capacity', shown({ capacity: null }), 300, 'yes'],
    ['at whatever rate was measured', shown(), null, 'yes'],
  ])('%s', (_what, level, rate, state) => {
    expect(judge(level, rate, 100).state).toBe(state)
  })

  it('says why', () => {
    expect(judge(shown(), 2_000, 100).text).toBe('serves 1,050/s at most')
    expect(judge(shown(), 700, 100).text).toBe('p99 20 ms at 600/s')
    expect(judge(shown({ latency: null, missing: 'failed' }), 700, 100).text).toBe('failed')
  })
})

it('chooses the lowest level that was shown, and never one that was not', () => {
  const levels = [
    shown({ rank: 1 }),
    shown({ level: '1 cluster', rank: 2 }, { rate: [900, 900] }),
    shown({ level: '2' }, { rate: [990, 990] }),
  ]
  expect(choose(levels, 800, 100)).toMatchObject({
    state: 'yes',
    text: '1 cluster, or a lower one',
    level: 1,
  })
  expect(choose(levels, null, 100)).toMatchObject({ state: 'yes', text: '2' })
  expect(choose(levels, 1_000, 100)).toMatchObject({ state: 'open', level: -1 })
  expect(choose(levels, 5_000, 100)).toMatchObject({ state: 'no', level: -1 })
  expect(answer([{ levels }], 1_000, 100)).toBe(
    'For 1,000 requests/s, with p99 below 100 ms: a level is shown for 0 of 1 scenario; nothing is shown for 1 (measure with --rate 1000).',
  )
})

it('serves most where the capacity ranks first, whatever rate latency was measured at', () => {
  const levels = [
    shown({ rank: 2 }, { rate: [540, 540] }),
    shown({ level: '1', rank: 1, latency: null, missing: 'latency not valid' }),
    shown({ level: '2', rank: 0 }, { rate: [540, 540], p99Ms: 300 }),
  ]
  expect(choose(levels, null, 100)).toEqual({ state: 'open', text: '1', level: 1 })
  expect(choose(levels.slice(0, 1), null, 100)).toEqual({ state: 'yes', text: '0 single', level: 0 })
})

it('needs nothing from outside, since its text runs in the page', () => {
  const alone = new Function(
    `return (${deploymentRules.toString()})((${levelRules.toString()})())`,
  )() as ReturnType<typeof deploymentRules>
  expect(alone.judge(shown(), 500, 100)).toEqual(judge(shown(), 500, 100))
})

describe('what the report knows of each level', () => {
  const cells: CellSpec[] = [
    { level: '0', scenario: 'a', throughput: 100, latenciesUs: [1_000] },
    {
      level: '1',
      scenario: 'a',
      throughput: 200,
      validity: { state: 'noisy', evidence: [] },
      latency: { profile: 'spike' },
    },
    { level: '1', scenario: 'b', throughput: 200, latency: null },
  ]

  it('takes what is valid, under a constant load', () => {
    const [a, b] = shownByScenario(reportModel([makeRun({ cells })]))
    expect(a?.levels[0]).toMatchObject({
      capacity: 100,
      rank: 0,
      latency: { rate: [60, 60], failed: null },
      missing: null,
    })
    expect(a?.levels[1]).toMatchObject({ capacity: null, rank: null, latency: null, missing: 'noisy' })
    expect(b?.levels).toMatchObject([
      { capacity: null, missing: 'not measured' },
      { capacity: 200, rank: 0, latency: null, missing: 'latency not measured' },
    ])
  })

  it('asks for the strictest p99 that somebody gave', () => {
    const slo = (rule: string, stated: boolean) => ({
      rule,
      metric: 'p99' as const,
      actual: 1,
      limit: 1,
      state: 'met' as const,
      stated,
    })
    const rowsOf = (slos: ReturnType<typeof slo>[]) =>
      reportModel([makeRun({ cells: [{ level: '0', scenario: 'a', throughput: 1, slo: slos }] })]).rows
    expect(askedP99Ms(rowsOf([slo('p99<500ms', false)]))).toBe(100)
    expect(askedP99Ms(rowsOf([slo('p99<0.25s', true), slo('p99<80ms', true)]))).toBe(80)
  })
})
