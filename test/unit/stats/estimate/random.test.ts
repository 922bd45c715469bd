import fc from 'fast-check'
import { expect, it } from 'vitest'
import { intBetween, pickWeighted, randomOf, seedOf, uuidOf } from '../../../../src/stats/estimate/random.js'

const draws = (seed: number, count: number) => {
  const random = randomOf(seed)
  return Array.from({ length: count }, random)
}

it('gives the figures of the published mulberry32', () => {
  // Reference implementation (bryc, "PRNGs in JavaScript"), seed 1, as 32-bit integers.
  expect(draws(1, 3).map((value) => value * 2 ** 32)).toEqual([2693262067, 11749833, 2265367787])
})

it('gives each stream of one seed its own numbers, and the same ones again', () => {
  const streams = Array.from({ length: 100 }, (_, index) => seedOf(42, index))
  expect(new Set(streams).size).toBe(100)
  expect(draws(seedOf(42, 3), 5)).toEqual(draws(seedOf(42, 3), 5))
  expect(draws(seedOf(42, 3), 5)).not.toEqual(draws(seedOf(42, 4), 5))
})

it('draws whole numbers of a range, both ends included, evenly', () => {
  const random = randomOf(9)
  const seen = new Map<number, number>()
  for (let i = 0; i < 30_000; i++) {
    const value = intBetween(random, -1, 1)
    seen.set(value, (seen.get(value) ?? 0) + 1)
  }
  expect([...seen.keys()].sort((a, b) => a - b)).toEqual([-1, 0, 1])
  for (const count of seen.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500)
})

it('draws in proportion to weights', () => {
  const random = randomOf(5)
  const seen = [0, 0, 0]
  for (let i = 0; i < 40_000; i++) {
    const index = pickWeighted(random, [1, 0, 3])
    seen[index] = (seen[index] ?? 0) + 1
  }
  expect(seen[1]).toBe(0)
  expect(Math.abs((seen[2] ?? 0) - 30_000)).toBeLessThan(600)
})

it('makes UUIDs of version 4', () => {
  const random = randomOf(3)
  const made = Array.from({ length: 1_000 }, () => uuidOf(random))
  expect(new Set(made).size).toBe(1_000)
  for (const uuid of made) {
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
})

it('never leaves its range, nor picks what has no weight', () => {
  const weight = fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1_000, noNaN: true }))
  const weights = fc.array(weight, { minLength: 1, maxLength: 8 }).filter((all) => all.some((one) => one > 0))
  fc.assert(
    fc.property(fc.integer(), fc.integer(), fc.nat(1_000), weights, (seed, low, span, all) => {
      const random = randomOf(seed)
      for (let i = 0; i < 20; i++) {
        const value = intBetween(random, low, low + span)
        expect(Number.isInteger(value) && value >= low && value <= low + span).toBe(true)
        expect(all[pickWeighted(random, all)]).toBeGreaterThan(0)
      }
    }),
    { seed: 1 },
  )
})
