import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Random, randomOf } from '../../../../src/stats/estimate/random.js'
import type { ScalingPoint } from '../../../../src/stats/estimate/scaling-data.js'
import { type FitOptions, fitScaling } from '../../../../src/stats/estimate/scaling-law.js'

const pointsOf = (rows: readonly (readonly [number, number])[]): ScalingPoint[] =>
  rows.map(([n, throughput]) => ({ n, throughput }))

const usl = (lambda: number, sigma: number, kappa: number) => (n: number) =>
  (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1))

function fitOf(points: readonly ScalingPoint[], options: FitOptions = {}) {
  const result = fitScaling(points, options)
  if ('refused' in result) throw new Error(result.refused)
  return result.fit
}

/** Box and Muller's. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** SPEC SDM91 of a SPARCcenter 2000, as in Gunther's book and the R package `usl`. */
const SPEC_SDM91 = pointsOf([
  [1, 64.9],
  [18, 995.9],
  [36, 1652.4],
  [72, 1853.2],
  [108, 1828.9],
  [144, 1775.0],
  [216, 1702.2],
])

describe('fitScaling, on published examples', () => {
  it('gives for SPEC SDM91 what R’s usl 3 gives', () => {
    const fit = fitOf(SPEC_SDM91, { errors: 'absolute' })
    expect(fit.lambda.value).toBeCloseTo(89.9952, 3)
    expect(fit.sigma.value).toBeCloseTo(0.0277285, 6)
    expect(fit.kappa.value).toBeCloseTo(0.0001044, 7)
    expect(fit.peak.value).toBeCloseTo(96.52, 2)
    // Its test of `fitted`.
    const fitted = SPEC_SDM91.map(({ n }) => Math.round(fit.predict(n).value))
    expect(fitted).toEqual([90, 1078, 1541, 1850, 1879, 1822, 1646])
  })

  it('gives for the ray tracer what R’s usl gives, where coherency meets its bound', () => {
    const rows = [20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310]
    const processors = [1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64]
    const fit = fitOf(
      rows.map((throughput, i) => ({ n: processors[i] ?? 0, throughput })),
      { errors: 'absolute' },
    )
    expect(fit.lambda.value).toBeCloseTo(21.8488, 4)
    expect(fit.sigma.value).toBeCloseTo(0.0578, 4)
    expect(fit.kappa).toMatchObject({ value: 0, low: 0 })
    expect(fit.peak).toMatchObject({ value: Number.POSITIVE_INFINITY, high: Number.POSITIVE_INFINITY })
  })

  it('gives for a made-up table what R’s usl gives', () => {
    const throughputs = [1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557]
    const fit = fitOf(
      throughputs.map((throughput, i) => ({ n: [1, 2, 4, 6, 8, 10][i] ?? 0, throughput })),
      { errors: 'absolute' },
    )
    expect(fit.sigma.value).toBeCloseTo(0.02, 3)
    expect(fit.kappa.value).toBeCloseTo(0.02, 3)
  })

  it('has the profile intervals that SciPy finds by another method (Nelder–Mead, brentq)', () => {
    const plain = fitOf(SPEC_SDM91, { errors: 'absolute' })
    expect([plain.lambda.low, plain.lambda.high].map((end) => end.toFixed(2))).toEqual(['61.25', '144.55'])
    expect([plain.sigma.low, plain.sigma.high].map((end) => end.toFixed(5))).toEqual(['0.00948', '0.06410'])
    expect([plain.kappa.low, plain.kappa.high].map((end) => end.toFixed(8))).toEqual([
      '0.00003862',
      '0.00016118',
    ])
    const relative = fitOf(SPEC_SDM91)
    expect([relative.sigma.low, relative.sigma.high].map((end) => end.toFixed(6))).toEqual([
      '0.003425',
      '0.026012',
    ])
    expect([relative.kappa.low, relative.kappa.high].map((end) => end.toFixed(8))).toEqual([
      '0.00005282',
      '0.00017753',
    ])
  })
})

describe('fitScaling, on what it has to recover', () => {
  const numbers = [1, 2, 4, 8, 16, 32]
  const [lambda, sigma, kappa] = [1000, 0.03, 0.0008]

  it('covers the truth, and a further measurement, as often as its intervals say', () => {
    const random = randomOf(7)
    const trials = 200
    const noisy = (n: number) => usl(lambda, sigma, kappa)(n) * Math.exp(0.02 * normal(random))
    const hits = { lambda: 0, sigma: 0, kappa: 0, peak: 0, next: 0 }
    for (let trial = 0; trial < trials; trial++) {
      const fit = fitOf(numbers.map((n) => ({ n, throughput: noisy(n) })))
      const truth = { lambda, sigma, kappa, peak: Math.sqrt((1 - sigma) / kappa) }
      for (const name of ['lambda', 'sigma', 'kappa', 'peak'] as const)
        if (fit[name].low <= truth[name] && truth[name] <= fit[name].high) hits[name]++
      const [ahead, seen] = [fit.predict(64), noisy(64)]
      if (ahead.low <= seen && seen <= ahead.high) hits.next++
    }
    // 95 % of 200 is 190 with a standard deviation of 3.1: three of them either way.
    for (const count of Object.values(hits)) expect(Math.abs(count - 0.95 * trials)).toBeLessThan(9.5)
  })

  it('finds exactly what made the points, whatever it was', () => {
    const shares = { noNaN: true, noDefaultInfinity: true }
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e5, ...shares }),
        fc.double({ min: 0, max: 0.5, ...shares }),
        fc.double({ min: 0, max: 0.01, ...shares }),
        (made, contention, coherency) => {
          const law = usl(made, contention, coherency)
          const fit = fitOf(numbers.map((n) => ({ n, throughput: law(n) })))
          expect(fit.lambda.value / made).toBeCloseTo(1, 4)
          expect(fit.sigma.value).toBeCloseTo(contention, 4)
          expect(fit.kappa.value).toBeCloseTo(coherency, 4)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('keeps its bounds, holds its estimates, and scales with its unit, on any noise', () => {
    const throughput = fc.double({ min: 1, max: 1e4, noNaN: true })
    fc.assert(
      fc.property(fc.array(throughput, { minLength: 6, maxLength: 6 }), (values) => {
        const points = numbers.map((n, i) => ({ n, throughput: values[i] ?? 1 }))
        const [one, tenfold] = [
          fitScaling(points),
          fitScaling(points.map((p) => ({ ...p, throughput: 10 * p.throughput }))),
        ]
        fc.pre('fit' in one && 'fit' in tenfold)
        if (!('fit' in one && 'fit' in tenfold)) return
        const { fit } = one
        expect(fit.sigma.low).toBeGreaterThanOrEqual(0)
        expect(fit.sigma.high).toBeLessThanOrEqual(1)
        expect(fit.kappa.low).toBeGreaterThanOrEqual(0)
        for (const { low, value, high } of [fit.lambda, fit.sigma, fit.kappa, fit.peak]) {
          expect(low).toBeLessThanOrEqual(value)
          expect(high).toBeGreaterThanOrEqual(value)
        }
        expect(tenfold.fit.predict(8).value / fit.predict(8).value).toBeCloseTo(10, 2)
      }),
      { numRuns: 15 },
    )
  })

  it('has no coherency, and no peak, by Amdahl’s law', () => {
    const fit = fitOf(
      [1, 2, 4, 8].map((n) => ({ n, throughput: usl(500, 0.1, 0)(n) })),
      { law: 'amdahl' },
    )
    expect(fit.sigma.value).toBeCloseTo(0.1, 6)
    expect(fit.kappa).toEqual({ value: 0, low: 0, high: 0 })
    expect(fit.peak.value).toBe(Number.POSITIVE_INFINITY)
    expect(fit.predict(1e9).value).toBeCloseTo(5000, 0)
  })

  it('says less the further it looks', () => {
    const fit = fitOf(SPEC_SDM91)
    const width = (n: number) => Math.log(fit.predict(n).high / fit.predict(n).low)
    expect(width(108)).toBeLessThan(width(432))
    expect(width(432)).toBeLessThan(width(1728))
  })
})

describe('fitScaling, on nonsense', () => {
  it.each<[string, [number, number][], RegExp]>([
    ['nothing', [], /too few points: 0/],
    [
      'as many points as parameters',
      [
        [1, 10],
        [2, 18],
        [4, 30],
      ],
      /too few points: 3/,
    ],
    [
      'the same number again and again',
      [
        [2, 10],
        [2, 11],
        [2, 12],
        [2, 13],
      ],
      /at 1 different numbers/,
    ],
    [
      'a throughput of zero',
      [
        [1, 10],
        [2, 0],
        [4, 30],
        [8, 50],
      ],
      /0\/s at 2/,
    ],
    [
      'what is no number',
      [
        [1, 10],
        [2, Number.NaN],
        [4, 30],
        [8, 50],
      ],
      /NaN\/s at 2/,
    ],
    [
      'an endless throughput',
      [
        [1, 10],
        [2, 20],
        [4, Number.POSITIVE_INFINITY],
        [8, 50],
      ],
      /Infinity\/s at 4/,
    ],
    [
      'less than one worker',
      [
        [0.5, 10],
        [2, 20],
        [4, 30],
        [8, 50],
      ],
      /at 0\.5/,
    ],
    [
      'a fall from the first step on',
      [
        [1, 50],
        [2, 40],
        [4, 30],
        [8, 20],
      ],
      /falls from the first step on/,
    ],
    [
      'no scale',
      [
        [10, 50],
        [11, 54],
        [12, 59],
        [13, 63],
      ],
      /no scale: numbers from 10 to 13/,
    ],
  ])('refuses %s', (_, rows, why) => {
    expect(fitScaling(pointsOf(rows))).toEqual({ refused: expect.stringMatching(why) as string })
  })
})
