import { aroundValue, endsOf, type RepeatInterval, type Repeats } from '../stats/estimate/repeat-interval.js'
import * as format from '../words/format.js'
import { type CellFigures, isValid } from './cell-figures.js'
import type { LevelRef } from './level-ref.js'

/** The quotient of two capacities as they are shown, so that a reader who divides them gets it. */
export interface Ratio {
  readonly value: number
  /** Lowest ÷ highest to highest ÷ lowest of the repeats; null unless both sides have two repeats or more. */
  readonly range: { readonly low: number; readonly high: number } | null
}

/** How many times as much a level serves as another, which is named wherever the figure is shown. */
export interface SpeedUp extends Ratio, RepeatInterval {
  /** What it is compared with. */
  readonly base: LevelRef
  /** Both figures come from one run, in which their repeats were interleaved; else there is no interval. */
  readonly sameRun: boolean
}

/** The capacity of a cell, repeat by repeat. */
export interface Side {
  /** Numbers of the repeats, in the order of `throughput.each`. */
  readonly repeats: readonly number[]
  readonly throughput: Repeats
}

/** Null where `theirs` served nothing. */
export function ratioOf(mine: Repeats, theirs: Repeats): Ratio | null {
  if (theirs.value <= 0) return null
  const isRepeated = mine.each.length > 1 && theirs.each.length > 1 && theirs.min > 0
  return {
    value: mine.value / theirs.value,
    range: isRepeated ? { low: mine.min / theirs.max, high: mine.max / theirs.min } : null,
  }
}

/** `2.01×`, or `2.01× (1.96× to 2.05×)` with the range. */
export function ratioText({ value, range }: Ratio): string {
  return `${format.ratio(value)}${range === null ? '' : ` (${format.ratio(range.low)} to ${format.ratio(range.high)})`}`
}

/** With the interval of the pairs of repeats, which were measured close to each other: what befell both leaves it alone. */
export function pairedRatio(mine: Side, theirs: Side): (Ratio & RepeatInterval) | null {
  const ratio = ratioOf(mine.throughput, theirs.throughput)
  const pairs = mine.repeats.flatMap((repeat, index) => {
    const top = mine.throughput.each[index]
    const bottom = theirs.throughput.each[theirs.repeats.indexOf(repeat)]
    return top === undefined || bottom === undefined || bottom <= 0 ? [] : [top / bottom]
  })
  return ratio && { ...ratio, ...aroundValue(ratio.value, endsOf(pairs)) }
}

/** The one speed-up of every page and table; null where either is not valid, and for the base itself. */
export function speedUpOf(cell: CellFigures, base: CellFigures | null): SpeedUp | null {
  if (base === null || base === cell || !isValid(cell) || !isValid(base)) return null
  const ratio = pairedRatio(cell.measured, base.measured)
  const sameRun = cell.runId === base.runId
  return ratio && { ...ratio, ...(sameRun ? {} : { low: null, high: null }), base: base.level, sameRun }
}

/** By what each serves, the most first: those that certainly serve more than the lowest go before those that may. */
export function byCapacity<T>(all: readonly T[], capacityOf: (one: T) => Repeats): T[] {
  const [lowest] = all
  const certainty = (one: T) => {
    const ratio = lowest === undefined ? null : ratioOf(capacityOf(one), capacityOf(lowest))
    return one !== lowest && (ratio?.range?.low ?? ratio?.value ?? 0) > 1 ? 1 : 0
  }
  return [...all].sort((a, b) => certainty(b) - certainty(a) || capacityOf(b).value - capacityOf(a).value)
}

/** The base that answers what another level gives: the lowest level of a scenario with a valid capacity. */
export function lowestLevel<T extends CellFigures>(cells: readonly T[], scenario: string): T | null {
  return (
    cells.find((cell) => cell.scenario === scenario && cell.level.number !== null && isValid(cell)) ?? null
  )
}

/** The base that answers what more workers give: the same level with the fewest that were measured; null for that itself. */
export function fewestWorkers<T extends CellFigures>(cell: T, cells: readonly T[]): T | null {
  const { level, scenario } = cell
  const least = cells.find(
    (other) =>
      other.scenario === scenario &&
      other.level.number === level.number &&
      other.level.name === level.name &&
      other.measured !== null,
  )
  return least === undefined || least.level.id === level.id ? null : least
}
