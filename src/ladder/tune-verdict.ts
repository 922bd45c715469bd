import type { TuneCandidate, TunePair, TuneRatio, TuneVerdict } from '../model/studies/tune.js'
import { hodgesLehmann, lowerBound, upperBound, walshAverages } from '../stats/estimate/walsh.js'
import { memoryOf, type Trial, validThroughput } from './halving.js'

/** Each side of an interval: 95 % between its ends, at least. */
const LEVEL = 0.025

/**
 * ln of the candidate's throughput ÷ the reference's; of two side by side the mean over the seconds. Null where it is not
 * valid.
 */
export function pairRatio({ cell, inTurn }: Pick<TunePair, 'cell' | 'inTurn'>): number | null {
  if (inTurn) {
    const [base, head] = [validThroughput(inTurn.base), validThroughput(inTurn.head)]
    return base > 0 && head > 0 ? Math.log(head / base) : null
  }
  if (!cell || cell.capacity.dropped !== null || cell.capacity.slices.length === 0) return null
  const { slices } = cell.capacity
  if (slices.some(({ base, head }) => base.ok === 0 || head.ok === 0)) return null
  return slices.reduce((sum, { base, head }) => sum + Math.log(head.ok / base.ok), 0) / slices.length
}

/**
 * Throughput of a candidate ÷ that of the reference: Hodges–Lehmann estimate of the pairs' log ratios, and the interval
 * that the exact signed-rank test does not reject (see `walsh.ts`). Null under six pairs, which have no such interval.
 */
export function ratioOf(candidate: string, logRatios: readonly number[]): TuneRatio | null {
  const averages = walshAverages(logRatios)
  const n = logRatios.length
  const [estimate, low, high] = [
    hodgesLehmann(averages),
    lowerBound(averages, n, LEVEL),
    upperBound(averages, n, LEVEL),
  ]
  if (estimate === null || low === null || high === null) return null
  return { candidate, estimate: Math.exp(estimate), low: Math.exp(low), high: Math.exp(high), pairs: n }
}

export interface Final {
  readonly candidates: readonly TuneCandidate[]
  readonly trials: readonly Trial[]
  /** That came through the rounds. */
  readonly finalists: readonly string[]
  /** What each of the others is compared with. */
  readonly reference: string | null
  readonly pairs: readonly TunePair[]
}

/** The formula, where it could be measured; else the best that came through the rounds. */
export function referenceOf(
  candidates: readonly TuneCandidate[],
  trials: readonly Trial[],
  finalists: readonly string[],
): string | null {
  const formula = candidates.find(({ isFormula }) => isFormula)?.key
  const isKnown = trials.some(({ candidate, outcome }) => candidate === formula && outcome === 'valid')
  return (isKnown ? formula : finalists[0]) ?? null
}

/**
 * What gives the most, by the pairs alone: those who won the rounds may owe that to chance. Candidates whose intervals
 * overlap that of the best are called equal, and then memory decides.
 * @param unfinished why there are fewer pairs than were planned, where that is so
 */
export function tuneVerdict(final: Final, unfinished: string | null): TuneVerdict {
  const { candidates, trials, finalists, reference } = final
  if (reference === null) return none(final, 'no candidate could be measured')
  const others = finalists.filter((key) => key !== reference)
  if (others.length === 0) return none(final, 'only one candidate could be measured')
  const ratios = others.map((key) => ratioOf(key, logRatiosOf(final, key)))
  const known = ratios.filter((ratio) => ratio !== null)
  if (known.length < others.length)
    return none(final, unfinished ?? 'too few pairs of the final comparison were valid')
  const itself: TuneRatio = { candidate: reference, estimate: 1, low: 1, high: 1, pairs: 0 }
  const all = [itself, ...known]
  const best = all.reduce((a, b) => (b.estimate > a.estimate ? b : a))
  const equal = all
    .filter(({ high }) => high >= best.low)
    .sort((a, b) => b.estimate - a.estimate)
    .map(({ candidate }) => candidate)
  const take = smallest(equal, trials, best.candidate)
  const isFormula = candidates.some(({ key, isFormula: is }) => is && key === reference)
  return {
    state: equal.length > 1 ? 'equal' : 'best',
    take,
    best: best.candidate,
    equal,
    reference,
    ratios: known,
    formulaShare: isFormula ? { estimate: 1 / best.estimate, low: 1 / best.high, high: 1 / best.low } : null,
    reason:
      equal.length > 1
        ? 'their intervals overlap; the one with the smallest memory is to be taken'
        : 'its interval lies above those of all others',
  }
}

export function logRatiosOf({ pairs, reference }: Pick<Final, 'pairs' | 'reference'>, key: string): number[] {
  return pairs.flatMap((pair) => {
    const ratio = pair.candidate === key && pair.reference === reference ? pairRatio(pair) : null
    return ratio === null ? [] : [ratio]
  })
}

function none({ reference }: Final, reason: string): TuneVerdict {
  return {
    state: 'none',
    take: null,
    best: null,
    equal: [],
    reference,
    ratios: [],
    formulaShare: null,
    reason,
  }
}

/** With the smallest memory; where that is not known of all, the best. */
function smallest(keys: readonly string[], trials: readonly Trial[], best: string): string {
  const memories = keys.map((key) => ({ key, bytes: memoryOf(key, trials) }))
  if (memories.some(({ bytes }) => bytes === null)) return best
  return memories.reduce((a, b) => ((b.bytes ?? 0) < (a.bytes ?? 0) ? b : a)).key
}
