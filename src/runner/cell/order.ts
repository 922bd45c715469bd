import type { Random } from '../../stats/estimate/random.js'
import { shuffle } from '../../stats/estimate/shuffle.js'

/** Cells that share one boot of a level, in the order in which they are measured. */
export interface BootGroup {
  readonly level: string
  readonly repeat: number
  readonly scenarios: readonly string[]
}

/**
 * The order of measurement. Repeats are interleaved, never all of one level and then all of the next: each repeat goes
 * over all levels, odd repeats in a drawn order and even ones in its reverse (ABBA), so that a drift of the machine
 * falls on every level alike. The scenarios within a level follow the same rule.
 * @param random uniform numbers of [0, 1), from the run's seed
 */
export function measurementOrder(
  levels: readonly string[],
  scenarios: readonly string[],
  repeats: number,
  random: Random,
): BootGroup[] {
  const groups: BootGroup[] = []
  let levelOrder: readonly string[] = []
  let scenarioOrder: readonly string[] = []
  for (let repeat = 1; repeat <= repeats; repeat++) {
    const mirrored = repeat % 2 === 0
    levelOrder = mirrored ? levelOrder.toReversed() : shuffle(levels, random)
    scenarioOrder = mirrored ? scenarioOrder.toReversed() : shuffle(scenarios, random)
    for (const level of levelOrder) groups.push({ level, repeat, scenarios: scenarioOrder })
  }
  return groups
}
