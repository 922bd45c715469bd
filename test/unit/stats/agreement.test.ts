import { describe, expect, it } from 'vitest'
import { agreementBound, agreementP } from '../../../src/stats/agreement.js'
import { clopperPearson } from '../../../src/stats/proportions.js'
import { type Random, randomOf, seedOf } from '../../../src/stats/random.js'

const TAIL = { from: 0.1, chance: 1 / 8 }

describe('agreementP', () => {
  it('is that of the formula', () => {
    // Two values at e⁰ and e² beyond the tail: S² = 2, V₁ = 2, so q²·√2·2·√2 = 4q².
    expect(agreementP([0.1 + 1, 0.1 + Math.exp(2)], 0, TAIL)).toBeCloseTo(4 / 64, 12)
    // Three: logarithms 0, 0, 0.3 have S² = 0.06, V₂ = π, so q³·√3·π·0.06.
    const three = [0.1 + 1, 0.1 + 1, 0.1 + Math.exp(0.3)]
    expect(agreementP(three, 0, TAIL)).toBeCloseTo((Math.sqrt(3) * Math.PI * 0.06) / 512, 12)
  })

  it('says nothing where a value does not lie beyond the tail, or there is one only', () => {
    expect(agreementP([0.1, 5, 5, 5], 0, TAIL)).toBe(1)
    expect(agreementP([5], 0, TAIL)).toBe(1)
    expect(agreementP([], 0, TAIL)).toBe(1)
  })

  it('depends on the distances’ ratios only', () => {
    const at = (scale: number) => [1, 1.2, 1.1, 1.3].map((value) => 0.1 + scale * value)
    expect(agreementP(at(10), 0, TAIL)).toBeCloseTo(agreementP(at(0.1), 0, TAIL), 12)
  })
})

/** Noise that keeps to what is assumed: one in eight in the tail, whose density falls. */
const NOISES: Readonly<Record<string, (random: Random) => number>> = {
  'a tail that is flat over a unit': (random) => (random() < TAIL.chance ? 0.1 + random() : -random()),
  'a tail close to its begin': (random) =>
    random() < TAIL.chance ? 0.1 - 0.001 * Math.log(1 - random()) : -random(),
  'the heaviest tail: flat over a scale that is drawn anew': (random) =>
    random() < TAIL.chance ? 0.1 + random() * Math.exp(-6 * Math.log(1 - random())) : -random(),
}

describe.each(Object.entries(NOISES))('under %s', (_, noise) => {
  it.each([2, 3, 4])('rejects no more often than it says, with %i values', (n) => {
    const runs = 200_000
    const random = randomOf(seedOf(5, n))
    const ps = Array.from({ length: runs }, () =>
      agreementP(
        Array.from({ length: n }, () => noise(random)),
        0,
        TAIL,
      ),
    )
    for (const level of [0.03, 0.003, 0.0003]) {
      const hits = ps.filter((p) => p <= level).length
      expect(clopperPearson(hits, runs, 0.999).low, `level ${level}: ${hits}`).toBeLessThan(level)
    }
  })
})

describe('agreementBound', () => {
  const values = [1.7, 1.85, 1.78]

  it('is where the p-value reaches the level', () => {
    const bound = agreementBound(values, 0.001, 0, TAIL) ?? Number.NaN
    expect(bound).toBeGreaterThan(0)
    expect(bound).toBeLessThan(1.6)
    expect(agreementP(values, bound, TAIL)).toBeCloseTo(0.001, 6)
    expect(agreementP(values, bound + 0.01, TAIL)).toBeGreaterThan(0.001)
  })

  it('is none where the lowest centre is not rejected', () => {
    expect(agreementBound(values, 1e-9, 0, TAIL)).toBeNull()
    expect(agreementBound([0.05, 1.85, 1.78], 0.001, 0, TAIL)).toBeNull()
  })
})
