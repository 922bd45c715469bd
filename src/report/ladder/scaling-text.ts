import type { Estimate, ScalingLaw } from '../../stats/estimate/scaling-law.js'
import * as format from '../../words/format.js'

/** Numbers that people ask for. */
const AHEAD = [8, 16, 64]

/** A σ or κ whose interval reaches zero is not shown to be there. */
function isShown({ low }: Estimate): boolean {
  return low > 0
}

/** A law in words: contention, coherency, peak, and what more would give, a line each. */
export function scalingText(law: ScalingLaw): string[] {
  const { lambda, sigma, kappa, peak, largest, confidence } = law
  const name = law.law === 'usl' ? 'Universal Scalability Law' : 'Amdahl'
  return [
    `${name} (intervals of ${Math.round(100 * confidence)} %): one gives ${withEnds(lambda, format.rate)}/s`,
    isShown(sigma)
      ? `  contention σ = ${withEnds(sigma, format.percent)}: that share of the work only one can do at a time`
      : `  contention: none shown (σ up to ${format.percent(sigma.high)})`,
    ...(law.law === 'amdahl'
      ? []
      : isShown(kappa)
        ? [
            `  coherency κ = ${withEnds(kappa, (value) => value.toPrecision(2))}: each pair's keeping in step`,
            `  throughput peaks at ${withEnds(peak, count)}; more than that makes it worse`,
          ]
        : [`  coherency: none shown (κ up to ${kappa.high.toPrecision(2)}), so no peak is known`]),
    ...AHEAD.map((n) => aheadText(law, n, largest)),
  ]
}

function aheadText(law: ScalingLaw, n: number, largest: number): string {
  const expected = law.predict(n)
  const beyond =
    n > largest
      ? ` – extrapolated ${format.ratio(n / largest)} beyond what was measured: the next limit is not in the law`
      : ''
  return `  ${n}: ${withEnds(expected, format.rate)}/s${beyond}`
}

function withEnds({ value, low, high }: Estimate, text: (value: number) => string): string {
  return `${text(value)} [${text(low)}, ${Number.isFinite(high) ? text(high) : '∞'}]`
}

function count(value: number): string {
  return Number.isFinite(value) ? format.rate(value) : '∞'
}
