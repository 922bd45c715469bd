import { describe, expect, it } from 'vitest'
import { expectedTuneSeconds, nextTuneStep, type Tuned } from '../../../src/ladder/tune-step.js'
import { pairRatio, ratioOf } from '../../../src/ladder/tune-verdict.js'
import type { Outcome } from '../../../src/model/run/outcome.js'
import type { TunePair, TuneVerdict } from '../../../src/model/studies/tune.js'
import { type Random, randomOf } from '../../../src/stats/estimate/random.js'
import { gateCell, gateSettings } from '../../helpers/gate-fixture.js'

const MIB = 1_048_576

/** Requests per second of each number of workers; 5 is the formula. */
type Service = Readonly<Record<number, number>>

interface World {
  /** Standard deviation of the log of throughput in a round, and of a pair's log ratio. */
  readonly alone: number
  readonly paired: number
  readonly outcomeOf?: (workers: number) => Outcome['state'] | 'noisy' | 'unanswered'
  readonly pairError?: string
  readonly budgetSeconds?: number
}

function planned(service: Service, budgetSeconds: number | null, seed = 1): Tuned {
  return {
    candidates: Object.keys(service).map((count) => {
      const workers = Number(count)
      return { key: `w${count}`, workers, pool: null, isFormula: workers === 5 }
    }),
    measurements: [],
    pairs: [],
    plan: {
      ...{ firstSeconds: 3, finalists: 2, pairs: 6, budgetSeconds, poolVariable: null },
      pairLoad: gateSettings().load,
    },
    settings: { seed, warmupSeconds: 2 },
  }
}

/** Of a normal distribution (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function tune(service: Service, world: World, seed = 1): { verdict: TuneVerdict; tuned: Tuned } {
  const random = randomOf(seed)
  let tuned = planned(service, world.budgetSeconds ?? null, seed)
  const rate = (key: string) => service[Number(key.slice(1))] ?? 0
  for (;;) {
    const step = nextTuneStep(tuned)
    if (step.kind === 'verdict') return { verdict: step.verdict, tuned }
    const common = { candidate: step.candidate, startedAt: '', elapsedSeconds: 10 }
    if (step.kind === 'measure') {
      const throughput = rate(step.candidate) * Math.exp(world.alone * normal(random))
      const outcome = outcomeOf(throughput, Number(step.candidate.slice(1)), world)
      const measurement = { ...common, round: step.round, outcome }
      tuned = { ...tuned, measurements: [...tuned.measurements, measurement] }
    } else {
      const slower = -Math.log(rate(step.candidate) / rate(step.reference)) + world.paired * normal(random)
      const cell = world.pairError ? null : gateCell('simple', { throughput: slower, cpu: 0 })
      const error = world.pairError ?? null
      const pair: TunePair = { ...common, reference: step.reference, cell, inTurn: null, error }
      tuned = { ...tuned, pairs: [...tuned.pairs, pair] }
    }
  }
}

function outcomeOf(throughput: number, workers: number, { outcomeOf: stateOf }: World): Outcome {
  const state = stateOf?.(workers) ?? 'completed'
  if (state === 'unanswered')
    return { state: 'failed', stage: 'warm-up', error: '9 × status 429', log: [], sample: null }
  if (state === 'failed') return { state, stage: 'boot', error: 'no', log: [], sample: null }
  const validity = { state: state === 'noisy' ? ('noisy' as const) : ('valid' as const), evidence: [] }
  const summary = { throughput, rssPeakBytes: workers * 60 * MIB }
  return { state: 'completed', summary, validity } as unknown as Outcome
}

const NOISY: World = { alone: 0.08, paired: 0.05 }
const PEAK: Service = { 1: 600, 2: 1_000, 3: 1_250, 4: 1_000, 5: 1_000, 6: 900 }
const FLAT: Service = { 1: 600, 2: 1_000, 3: 1_000, 4: 1_000, 5: 1_000, 6: 1_000 }
const seeds = Array.from({ length: 200 }, (_, i) => i + 1)

describe('tuning', () => {
  it('finds the best, and says how far the formula is from it, 9 times in 10', () => {
    const found = seeds.filter((seed) => {
      const { verdict } = tune(PEAK, NOISY, seed)
      const { low = 0, high = 0 } = verdict.formulaShare ?? {}
      return verdict.state === 'best' && verdict.take === 'w3' && low <= 0.8 && 0.8 <= high
    })
    expect(found.length).toBeGreaterThanOrEqual(180)
  })

  it('calls equal ones equal, 9 times in 10, and takes the one with the smallest memory', () => {
    const verdicts = seeds.map((seed) => tune(FLAT, NOISY, seed).verdict)
    const equal = verdicts.filter(({ state, equal: keys }) => state === 'equal' && keys.includes('w5'))
    expect(equal.length).toBeGreaterThanOrEqual(180)
    for (const { take, equal: keys } of equal) {
      const fewest = Math.min(...keys.map((key) => Number(key.slice(1))))
      expect(take).toBe(`w${fewest}`)
    }
  })

  it('does not take what did not boot, or could not be measured', () => {
    const { verdict } = tune(PEAK, {
      ...NOISY,
      outcomeOf: (workers) => (workers === 3 ? 'failed' : workers === 4 ? 'noisy' : 'completed'),
    })
    expect(['w3', 'w4']).not.toContain(verdict.take)
    expect(verdict.state).not.toBe('none')
  })

  it('compares with the best of the rounds where the formula cannot be measured, and says nothing of it', () => {
    const world = {
      ...NOISY,
      outcomeOf: (workers: number) => (workers === 5 ? 'failed' : 'completed'),
    } as const
    const { verdict } = tune(PEAK, world)
    expect(verdict).toMatchObject({ reference: 'w3', take: 'w3', formulaShare: null })
  })

  it.each<[string, World, string]>([
    ['nothing can be measured', { ...NOISY, outcomeOf: () => 'noisy' }, 'no candidate could be measured'],
    ['pairs fail', { ...NOISY, pairError: 'died' }, 'too few pairs of the final comparison were valid'],
    ['the budget ends in a round', { ...NOISY, budgetSeconds: 70 }, 'used up in round 2'],
    ['the budget ends in the final', { ...NOISY, budgetSeconds: 120 }, 'used up in the final comparison'],
  ])('has no verdict where %s', (_, world, reason) => {
    const { verdict, tuned } = tune(PEAK, world)
    expect(verdict).toMatchObject({ state: 'none', take: null })
    expect(verdict.reason).toContain(reason)
    const spent = 10 * (tuned.measurements.length + tuned.pairs.length)
    expect(spent).toBeLessThanOrEqual(world.budgetSeconds ?? Number.POSITIVE_INFINITY)
  })

  it('ends after the first two that came up and gave not one good answer, and says what came instead', () => {
    const { verdict, tuned } = tune(PEAK, { ...NOISY, outcomeOf: () => 'unanswered' })
    expect(tuned.measurements).toHaveLength(2)
    expect(verdict).toMatchObject({ state: 'none', take: null })
    expect(verdict.reason).toBe('not one good answer of the first 2 candidates: 9 × status 429')
    const some = tune(PEAK, { ...NOISY, outcomeOf: (n) => (n === 3 ? 'completed' : 'unanswered') })
    expect(some.tuned.measurements.length).toBeGreaterThan(0)
  })

  it('knows what it will take: 6 and 3 measurements, and 12 pairs', () => {
    const { firstRound, all } = expectedTuneSeconds(planned(PEAK, null))
    expect(firstRound).toBe(6 * (3 + 4 + 3))
    expect(all).toBe(60 + 3 * (5 + 7) + 12 * 2 * (3 + 7))
  })
})

describe('the ratio of pairs', () => {
  it('is of two valid measurements in turn, and of none where one of them is not valid', () => {
    const [one, other] = [outcomeOf(100, 1, NOISY), outcomeOf(150, 2, NOISY)]
    const noisy = outcomeOf(150, 2, { ...NOISY, outcomeOf: () => 'noisy' })
    expect(pairRatio({ cell: null, inTurn: { base: one, head: other } })).toBeCloseTo(Math.log(1.5), 12)
    expect(pairRatio({ cell: null, inTurn: { base: one, head: noisy } })).toBeNull()
    expect(pairRatio({ cell: null, inTurn: null })).toBeNull()
  })

  it('is the median of the Walsh averages, between the least and the greatest of six', () => {
    const logs = [0.9, 1, 1.1, 1.2, 1.3, 1.4].map(Math.log)
    const ratio = ratioOf('a', logs)
    expect(ratio?.low).toBeCloseTo(0.9, 12)
    expect(ratio?.high).toBeCloseTo(1.4, 12)
    expect(ratio?.estimate).toBeGreaterThan(1.1)
    expect(ratio?.estimate).toBeLessThan(1.2)
  })

  it('has no interval of 95 % of five', () => {
    expect(ratioOf('a', [0, 0, 0, 0, 0])).toBeNull()
  })
})
