import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/gate/decide.js'
import { detectable, looksOf, smallestFound } from '../../../src/gate/detectable.js'
import { rulesOf } from '../../../src/gate/rules.js'
import { randomOf, seedOf } from '../../../src/stats/estimate/random.js'
import { gateSettings } from '../../helpers/gate-fixture.js'
import { normal } from './simulate.js'

const rules = rulesOf(gateSettings())

function sample(n: number, sd: number, seed: number, centre = 0): number[] {
  const random = randomOf(seed)
  return Array.from({ length: n }, () => centre + sd * normal(random))
}

function finds(differences: readonly number[]): boolean {
  const test = { scenario: 'simple', metric: 'cpu' as const, differences }
  return (
    decide({ tests: [test], errors: [], blocks: differences.length, left: 0 }, rules).verdict === 'regress'
  )
}

function detectableUpTo(lastLook: number, values: readonly number[], seed = 1): number | null {
  return detectable(values, rules, { metric: 'cpu', lastLook, seed })
}

describe('smallestFound', () => {
  it('is the shift at which the decision itself turns to a regression', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 5, max: 60 }), (seed, perMille) => {
        const run = sample(20, perMille / 1000, seed)
        const shift = smallestFound(
          looksOf(run, { early: rules.earlyLooks, ranked: rules.looks }, rules),
          rules,
        )
        expect(finds(run.map((d) => d + shift + 1e-9))).toBe(true)
        expect(finds(run.map((d) => d + shift - 1e-9))).toBe(false)
      }),
    )
  })
})

describe('detectable', () => {
  it('is found about 4 times in 5', () => {
    const shares = Array.from({ length: 40 }, (_, i) => {
      const mde = detectableUpTo(20, sample(20, 0.02, seedOf(3, i)), i) ?? Number.NaN
      const runs = Array.from({ length: 200 }, (_, run) =>
        finds(sample(20, 0.02, seedOf(1000 + i, run), mde)),
      )
      return runs.filter(Boolean).length / runs.length
    })
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
    expect(mean).toBeGreaterThan(0.7)
    expect(mean).toBeLessThan(0.9)
  })

  it('does not depend on where the differences lie, only on how far they scatter', () => {
    const differences = sample(12, 0.02, 1)
    const of = (values: readonly number[]) => detectableUpTo(20, values, 9)
    expect(of(differences.map((d) => d + 0.04))).toBeCloseTo(of(differences) ?? Number.NaN, 12)
    expect(of(differences.map((d) => d * 2))).toBeGreaterThan(of(differences) ?? Number.NaN)
  })

  it('is smaller the more blocks the plan has, and the noise floor at least', () => {
    const differences = sample(12, 0.02, 2)
    expect(detectableUpTo(20, differences)).toBeLessThan(detectableUpTo(12, differences) ?? 0)
    expect(detectableUpTo(20, [0, 0, 0])).toBe(rules.floor)
  })

  it('is what early looks find where ranks cannot', () => {
    expect(detectableUpTo(9, sample(9, 0.02, 1))).toBeGreaterThan(0.1)
  })

  it('is unknown where no look can find a regression', () => {
    expect(detectableUpTo(2, sample(9, 0.02, 1))).toBeNull()
    expect(detectableUpTo(20, [0.1])).toBeNull()
  })
})
