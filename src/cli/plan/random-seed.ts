import { randomInt } from 'node:crypto'

/** A seed for a run that names none: short enough to type again. */
export function randomSeed(): number {
  return randomInt(1_000_000)
}
