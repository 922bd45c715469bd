import { expect, it } from 'vitest'
import { randomOf } from '../../../../src/stats/estimate/random.js'
import { trendOf } from '../../../../src/stats/validity/trend.js'

const seconds = (oks: readonly number[]) => oks.map((ok) => ({ ok, seconds: 1 }))
const directionOf = (oks: readonly number[]) => trendOf(seconds(oks))?.direction ?? null

it('sees what was measured while it was still doubling', () => {
  expect(trendOf(seconds([11_503, 27_300]))).toEqual({ direction: 'rising', from: 11_503, to: 27_300 })
  expect(directionOf([6_338, 10_428, 15_168])).toBe('rising')
  expect(directionOf([100, 100, 100, 100, 100, 100, 200, 200, 200, 200])).toBe('rising')
  expect(directionOf([1, 1, 1, 1, 1, 2, 2, 2, 2, 2])).toBe('rising')
  expect(directionOf([32_000, 31_000, 20_000, 15_000, 12_000, 11_000])).toBe('falling')
})

it('sees a trend beside a single stall', () => {
  expect(directionOf([100, 110, 120, 130, 0, 150, 160, 170, 180, 190])).toBe('rising')
})

it('takes an even course for one, also of a few answers, and of a cold first second', () => {
  expect(directionOf([1_000, 1_010, 990, 1_005])).toBeNull()
  expect(directionOf([1, 1, 1, 1, 0, 1, 1, 1, 1, 1])).toBeNull()
  expect(directionOf([0, 1, 1, 1, 1, 1, 1, 1, 1, 2])).toBeNull()
  expect(
    directionOf([8_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000]),
  ).toBeNull()
  // Two or three seconds hardly show their noise.
  expect(directionOf([1_000, 1_200])).toBeNull()
  expect(directionOf([1_000])).toBeNull()
  expect(directionOf([])).toBeNull()
})

it('leaves out the rest of a second at the end', () => {
  const rest = { ok: 1, seconds: 0.1 }
  expect(trendOf([...seconds([100, 100, 100, 100, 100, 100]), rest])).toBeNull()
})

it.each([0.05, 0.2, 0.4])('takes noise of %s of a second for a trend in few of many cases', (noise) => {
  const random = randomOf(1)
  const noisy = () => Array.from({ length: 10 }, () => 1_000 * (1 + noise * (2 * random() - 1)))
  const found = Array.from({ length: 400 }, () => trendOf(seconds(noisy()))).filter((one) => one !== null)
  expect(found.length).toBeLessThan(400 * 0.05)
})
