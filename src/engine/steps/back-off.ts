import type { Random } from '../../stats/estimate/random.js'

const FIRST_MS = 100
const LONGEST_MS = 2_000

/**
 * How long to hold back after so many refusals in a row, in ms: twice as long each time, up to a limit, and up to a quarter
 * more or less, so that those who were refused together do not come back together.
 */
export function backOffMs(refusals: number, random: Random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (refusals - 1))
  return full * (0.75 + 0.5 * random())
}
