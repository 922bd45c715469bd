import { regularizedBeta } from './special-functions.js'

/**
 * Two-sided quantile of Student's t distribution: the t that |T| exceeds with a probability of 1 − confidence.
 * P(|T| > t) = I_x(ν/2, ½) with x = ν/(ν + t²) (DLMF 8.17), solved by bisection down to neighbouring doubles.
 * @param degrees of freedom ν, 1 or more
 * @param confidence 0 to 1, both excluded
 */
export function studentQuantile(degrees: number, confidence: number): number {
  let low = 0
  let high = 1
  while (tails(high, degrees) > 1 - confidence) high *= 2
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return middle
    if (tails(middle, degrees) > 1 - confidence) low = middle
    else high = middle
  }
}

function tails(t: number, degrees: number): number {
  return regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
}
