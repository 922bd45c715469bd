import { decide, type Standing } from '../../../src/gate/decide.js'
import { rulesOf } from '../../../src/gate/rules.js'
import type { GateSettings } from '../../../src/model/studies/gate.js'
import { type Random, randomOf, seedOf } from '../../../src/stats/estimate/random.js'
import { gateSettings } from '../../helpers/gate-fixture.js'

/** One block's noise of a log ratio, with standard deviation 1. */
export type Noise = (random: Random) => number

export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** In one block of ten something hits one arm only, four times as hard as all else. */
export function spiky(random: Random): number {
  return (normal(random) + (random() < 0.1 ? 4 * normal(random) : 0)) / Math.sqrt(1 + 0.1 * 16)
}

/** Student's t with 3 degrees of freedom, whose variance is 3: single values far out. */
export function heavyTailed(random: Random): number {
  const squares = normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2
  return normal(random) / Math.sqrt(squares / 3) / Math.sqrt(3)
}

/** What both arms go through together, block by block: a random walk of 5 % a block, upwards on the whole. */
function drifting(random: Random, blocks: number): number[] {
  let at = 0
  return Array.from({ length: blocks }, () => {
    at += 0.01 + 0.05 * normal(random)
    return at
  })
}

export interface Simulation {
  readonly noise: Noise
  /** Standard deviations of the log ratios. */
  readonly throughputSd: number
  readonly cpuSd: number
  /** True slowdown: 0.05 is 5 %. */
  readonly slowdown: number
  readonly drift?: boolean
  readonly settings?: Partial<GateSettings>
}

/** Verdicts of so many gates, each with blocks of its own up to the last look. */
export function simulate(simulation: Simulation, runs: number, seed: number): Standing[] {
  const settings = gateSettings({ metrics: ['throughput', 'cpu'], ...simulation.settings })
  const rules = rulesOf(settings)
  const blocks = settings.looks.at(-1) ?? 0
  return Array.from({ length: runs }, (_, run) => {
    const random = randomOf(seedOf(seed, run))
    const drift = simulation.drift ? drifting(random, blocks) : null
    const series = (sd: number) =>
      Array.from({ length: blocks }, (_, i) => {
        const common = drift?.[i] ?? 0
        const [base, head] = [
          common,
          common + Math.log1p(simulation.slowdown) + sd * simulation.noise(random),
        ]
        return Math.log(Math.exp(head) / Math.exp(base))
      })
    const sds = { throughput: simulation.throughputSd, cpu: simulation.cpuSd } as const
    const tests = (['throughput', 'cpu'] as const).map((metric) => ({
      scenario: 'simple',
      metric,
      differences: series(sds[metric]),
    }))
    return decide({ tests, errors: [], blocks, left: 0 }, rules)
  })
}

export function countOf(standings: readonly Standing[], verdict: Standing['verdict']): number {
  return standings.filter((standing) => standing.verdict === verdict).length
}
