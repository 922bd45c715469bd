import { describe, expect, it } from 'vitest'
import { advise, type Candidate } from '../../../src/ladder/advise.js'
import { type Ask, readAsk } from '../../../src/ladder/ask.js'
import { type Finding, ofCapacity, ofCells } from '../../../src/ladder/evidence.js'
import type { CapacityResult, CapacityVerdict } from '../../../src/model/studies/capacity.js'
import { type CellSpec, makeRun } from '../../helpers/run-fixture.js'

function askOf(target: string, ...needs: readonly string[]): Ask {
  const { ask, problems } = readAsk(target, needs)
  if (!ask) throw new Error(problems.join())
  return ask
}

describe('readAsk', () => {
  it('reads a rate, objectives and needs', () => {
    const ask = askOf('2000/s p99<200ms,errors<0.1%', 'crash-restart', 'node-loss')
    expect(ask.rate).toBe(2000)
    expect(ask.slos.map(({ rule }) => rule)).toEqual(['p99<200ms', 'errors<0.1%'])
    expect(ask.needs).toEqual(['crash-restart', 'node-loss'])
  })

  it.each([
    [null, [], [/give a rate and objectives/]],
    ['', [], [/one rate above 0/]],
    ['p99<200ms', [], [/one rate above 0/]],
    ['2000/s 3000/s p99<200ms', [], [/one rate above 0/]],
    ['2000/s', [], [/must hold an objective/]],
    ['2000/s p99<200', ['crash'], [/p99 takes/, /--need crash: unknown need; choose from crash-restart/]],
    ['2000/s throughput>3/s', [], [/give the rate as such/]],
  ])('refuses %j with need %j', (target, needs, problems) => {
    const read = readAsk(target, needs)
    expect(read.ask).toBeNull()
    expect(read.problems).toEqual(problems.map((one) => expect.stringMatching(one) as string))
  })
})

const ASK = askOf('1000/s p99<200ms', 'crash-restart')

const finding = (state: Finding['state'], changes: Partial<Finding> = {}): Finding => ({
  ...{ state, reason: state, headroom: null, source: 'run', startedAt: '2026-01-01', isSearch: false },
  ...changes,
})

const candidate = (number: number, findings: Finding[], changes: Partial<Candidate> = {}): Candidate => ({
  ...{ key: String(number), number, name: `n${number}`, promises: ['restarts-crashed-worker'], findings },
  ...changes,
})

describe('advise on a ladder', () => {
  const reload = {
    level: '2x4',
    seconds: 6,
    commandSeconds: 5,
    rate: 50,
    answered: 98,
    lost: 0,
    faults: [],
    error: null,
  }
  const down = askOf('1000/s p99<200ms', 'zero-downtime')
  const level = (findings: Finding[], changes: Partial<Candidate> = {}) =>
    advise(down, [candidate(2, findings, { promises: ['reloads-without-loss'], ...changes })])

  it('takes the fewest workers with which a level holds', () => {
    const workers = (state: Finding['state'], count: number) =>
      finding(state, { workers: count, reason: `${count}` })
    const advice = level([workers('fails', 1), workers('holds', 8), workers('holds', 4), workers('fails', 4)])
    expect(advice).toMatchObject({ state: 'advised', level: { reasons: ['4'] } })
    expect(level([workers('fails', 1), workers('fails', 4)]).levels[0]?.reasons).toEqual(['4'])
  })

  it('has seen what a reload costs', () => {
    expect(level([finding('holds')], { reload }).level?.reasons.at(-1)).toBe(
      'its reload lost none of 98 requests (6.0 s)',
    )
    expect(level([finding('holds')], { reload: { ...reload, lost: 2 } })).toMatchObject({
      state: 'none',
      levels: [{ reasons: ['its reload lost 2 of 100 requests (6.0 s)'] }],
    })
  })
})

describe('advise', () => {
  it('names the lowest level that holds, and why the lower ones fail', () => {
    const advice = advise(ASK, [
      candidate(2, [finding('holds', { headroom: 0.5 })]),
      candidate(0, [finding('fails', { reason: 'too slow' })], { promises: [] }),
      candidate(1, [finding('holds')], { promises: [] }),
      candidate(3, [finding('holds')]),
    ])
    expect(advice).toMatchObject({ state: 'advised', level: { key: '2', headroom: 0.5 }, toMeasure: [] })
    expect(advice.levels.map(({ state }) => state)).toEqual(['fails', 'fails', 'holds', 'holds'])
    expect(advice.levels[0]?.reasons).toEqual([
      'it does not promise crash-restart (restarts-crashed-worker)',
      'too slow',
    ])
  })

  it('says what must be measured below it', () => {
    const advice = advise(ASK, [candidate(1, []), candidate(2, [finding('holds')]), candidate(3, [])])
    expect(advice).toMatchObject({ state: 'advised', level: { key: '2' }, toMeasure: ['1'] })
  })

  it('knows no answer without measurements, and that there is none where all fail', () => {
    expect(advise(ASK, [candidate(1, []), candidate(2, [finding('fails')])])).toMatchObject({
      state: 'unknown',
      toMeasure: ['1'],
    })
    expect(advise(ASK, [candidate(2, [finding('fails')])])).toMatchObject({ state: 'none', level: null })
  })

  it('believes a search before a run, a newer result before an older, and one that decides before one that does not', () => {
    const stateOf = (...findings: Finding[]) => advise(ASK, [candidate(1, findings)]).levels[0]?.state
    const later = { startedAt: '2026-02-01' }
    expect(stateOf(finding('fails', later), finding('holds', { isSearch: true }))).toBe('holds')
    expect(stateOf(finding('holds'), finding('fails', later))).toBe('fails')
    expect(stateOf(finding('unknown', { ...later, isSearch: true }), finding('holds'))).toBe('holds')
  })
})

describe('what a search says', () => {
  const of = (rules: string, verdict: Partial<CapacityVerdict>) => {
    const { slos } = askOf(`1/s ${rules}`)
    const result = {
      ...{ id: 'search', startedAt: '2026-01-01', slo: rules.split(' ') },
      verdict: { state: 'found', low: null, high: null, reason: 'why', ...verdict },
    } as CapacityResult
    return ofCapacity(result, slos, ASK)
  }
  it.each<[string, string, Partial<CapacityVerdict>, Finding['state']]>([
    ['its interval is above', 'p99<200ms', { low: 1500, high: 1540 }, 'holds'],
    ['it was stricter', 'p99<100ms errors<1%', { low: 1500, high: 1540 }, 'holds'],
    ['it was more lenient', 'p99<300ms', { low: 1500, high: 1540 }, 'unknown'],
    ['its interval is below', 'p99<200ms', { low: 800, high: 820 }, 'fails'],
    ['even a more lenient one is below', 'p99<300ms', { low: 800, high: 820 }, 'fails'],
    ['a stricter one is below', 'p99<100ms', { low: 800, high: 820 }, 'unknown'],
    ['the rate lies within', 'p99<200ms', { low: 990, high: 1010 }, 'unknown'],
    ['it was doomed', 'p99<200ms', { state: 'doomed', high: 10 }, 'fails'],
    ['the service is unsteady', 'p99<200ms', { state: 'unsteady', low: 1500, high: 1600 }, 'unknown'],
  ])('where %s', (_, rules, verdict, state) => {
    expect(of(rules, verdict)?.state).toBe(state)
  })

  it('gives the headroom', () => {
    expect(of('p99<200ms', { low: 1500, high: 1540 })?.headroom).toBeCloseTo(0.5)
  })
})

describe('what the repeats of a cell say', () => {
  const of = (target: string, repeats: readonly Partial<CellSpec>[]) => {
    const cells = repeats.map((spec, index) => ({
      ...{ level: '0', scenario: 'a', repeat: index + 1, throughput: 3_000 },
      latenciesUs: [990_000],
      ...spec,
    }))
    const run = makeRun({ cells })
    return ofCells(run, run.cells, askOf(target))
  }
  const noisy = { state: 'noisy' as const, evidence: [] }
  const at = (rate: number, more: Partial<CellSpec> = {}): Partial<CellSpec> => ({
    latency: { rate },
    ...more,
  })

  it.each<[string, string, Partial<CellSpec>[], Finding['state']]>([
    ['latency holds at a higher rate', '1000/s p99<2s', [at(1_500)], 'holds'],
    ['latency was only measured at a lower rate', '1000/s p99<2s', [at(800)], 'unknown'],
    ['latency misses at a lower rate', '1000/s p99<500ms', [at(800)], 'fails'],
    ['latency misses at a higher rate only', '1000/s p99<500ms', [at(1_500)], 'unknown'],
    ['capacity is below', '1000/s p99<2s', [at(540, { throughput: 900 })], 'fails'],
    [
      'capacity is below in one repeat only',
      '1000/s p99<2s',
      [at(540, { throughput: 900 }), at(540, { throughput: 1_050 })],
      'unknown',
    ],
    [
      'a capacity that is not valid is below',
      '1000/s p99<2s',
      [at(540, { throughput: 900, validity: noisy })],
      'unknown',
    ],
    [
      'a latency that is not valid misses',
      '1000/s p99<500ms',
      [{ latency: { rate: 800, validity: noisy } }],
      'unknown',
    ],
    ['the lowest rate of the repeats is below', '1000/s p99<2s', [at(1_010), at(990)], 'unknown'],
    [
      'a load that changes holds',
      '1000/s p99<2s',
      [{ latency: { rate: 1_500, profile: 'spike' } }],
      'unknown',
    ],
    ['errors are asked for too', '1000/s p99<2s errors<0.1%', [at(1_500)], 'holds'],
    [
      'too many fail',
      '1000/s p99<2s errors<0.1%',
      [{ latency: { rate: 900, errors: { badStatus: 90 } } }],
      'fails',
    ],
    [
      'so many had no answer that p99 may be higher',
      '1000/s p99<2s',
      [{ latency: { rate: 1_500, errors: { timeout: 200 } } }],
      'unknown',
    ],
  ])('where %s', (_, target, repeats, state) => {
    expect(of(target, repeats)?.state).toBe(state)
  })

  it('give the headroom of their capacity', () => {
    expect(of('1000/s p99<2s', [at(1_500)])?.headroom).toBeCloseTo(2)
  })

  it('are nothing where there is no measurement', () => {
    expect(ofCells({ id: 'run', startedAt: '2026-01-01' }, [], ASK)).toBeNull()
  })
})
