import { describe, expect, it } from 'vitest'
import { neededOf, outlyingBound, outlyingP } from '../../../../src/stats/estimate/outlying.js'
import { binomialUpperTail, clopperPearson } from '../../../../src/stats/estimate/proportions.js'
import { type Random, randomOf, seedOf } from '../../../../src/stats/estimate/random.js'

const TAIL = { from: 0.1, chance: 1 / 8 }

describe('outlyingP', () => {
  it('is the chance that so many values lie beyond the k-th largest', () => {
    // Twice as far as the tail's begin: half its chance.
    expect(outlyingP([0.2, 0.3, 0.4], 0, 3, TAIL)).toBeCloseTo((1 / 16) ** 3, 15)
    // Two of three beyond 0.4: the smallest does not count. 3q² − 2q³ with q = 1 ÷ 32.
    expect(outlyingP([-5, 0.4, 9], 0, 2, TAIL)).toBeCloseTo(3 / 32 ** 2 - 2 / 32 ** 3, 15)
    expect(outlyingP([1.2, 1.3, 1.4], 1, 3, TAIL)).toBeCloseTo((1 / 16) ** 3, 15)
  })

  it('says nothing where too few values lie beyond the tail’s begin', () => {
    expect(outlyingP([0.09, 5, 5], 0, 3, TAIL)).toBe(1)
    expect(outlyingP([], 0, 1, TAIL)).toBe(1)
    expect(outlyingP([5], 0, 2, TAIL)).toBe(1)
  })
})

/** Noise that keeps to what is assumed of its tail. */
const NOISES: Readonly<Record<string, (random: Random) => number>> = {
  'the heaviest tail': (random) => {
    const u = random()
    return u < TAIL.chance ? (TAIL.from * TAIL.chance) / u : -u
  },
  'all of the tail at its begin': (random) => (random() < TAIL.chance ? TAIL.from : -1),
  'rare values, very far': (random) => (random() < TAIL.chance / 16 ? 16 * TAIL.from : -1),
}

describe.each(Object.entries(NOISES))('under %s', (_, noise) => {
  it.each([3, 4, 6, 8])('rejects no more often than it says, with %i values', (n) => {
    const runs = 50_000
    const random = randomOf(seedOf(5, n))
    const samples = Array.from({ length: runs }, () => Array.from({ length: n }, () => noise(random)))
    for (const level of [0.03, 0.003, 0.0003]) {
      const needed = neededOf(n, level, TAIL)
      const hits = samples.filter((values) => outlyingP(values, 0, needed, TAIL) <= level).length
      expect(clopperPearson(hits, runs, 0.999).low, `level ${level}: ${hits}`).toBeLessThan(level)
    }
  })
})

describe('neededOf', () => {
  it.each([
    [3, 3],
    [4, 4],
    [6, 5],
    [8, 6],
  ])('of %i values is %i at the level of three metrics', (n, needed) => {
    const level = 0.00025
    expect(neededOf(n, level, TAIL)).toBe(needed)
    expect(binomialUpperTail(needed - 1, n, TAIL.chance)).toBeGreaterThan(level)
  })
})

describe('outlyingBound', () => {
  const values = [1.7, 1.85, 1.78]

  it('is where the p-value reaches the level', () => {
    const bound = outlyingBound(values, 0.001, 3, TAIL) ?? Number.NaN
    expect(bound).toBeCloseTo(1.7 - 0.0125 / 0.1, 12)
    expect(outlyingP(values, bound, 3, TAIL)).toBeCloseTo(0.001, 12)
    expect(outlyingP(values, bound + 0.01, 3, TAIL)).toBeGreaterThan(0.001)
  })

  it('stays the tail’s begin away from the values, however large the level', () => {
    expect(outlyingBound(values, 0.5, 3, TAIL)).toBeCloseTo(1.6, 12)
  })

  it('is none without values', () => {
    expect(outlyingBound([], 0.001, 1, TAIL)).toBeNull()
  })
})
