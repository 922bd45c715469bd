import type { Outcome, Stage } from '../model/run/outcome.js'
import type { TuneCandidate, TuneResult, TuneVerdict } from '../model/studies/tune.js'
import { mean } from '../stats/estimate/intervals.js'
import { randomOf, seedOf } from '../stats/estimate/random.js'
import { shuffle } from '../stats/estimate/shuffle.js'
import { nextTrial, roundSeconds, roundsOf, trialOf } from './halving.js'
import { logRatiosOf, referenceOf, tuneVerdict } from './tune-verdict.js'

/** A pair that is not valid is repeated, but so many of a finalist in all. */
const MOST_PAIRS_SHARE = 1.5

/** Booting and stopping, waiting until the service is quiet, starting the load; in seconds, before any is known. */
const OVERHEAD_SECONDS = 4

/** A warm-up goes on until throughput is steady: so many times its least length, as a rule. */
const USUAL_WARM_UP = 1.5

/** First candidates that came up and gave not one good answer: what is wrong is not their workers. */
const MOST_UNANSWERED = 2

/** Stages in which a candidate is up. */
const ANSWERING: readonly Stage[] = ['setup', 'warm-up', 'measure']

/** Streams of the seed beyond those of the rounds. */
const PAIR_STREAM = 1_000

export type TuneStep =
  | { readonly kind: 'measure'; readonly candidate: string; readonly round: number; readonly seconds: number }
  | { readonly kind: 'pair'; readonly candidate: string; readonly reference: string; readonly index: number }
  | { readonly kind: 'verdict'; readonly verdict: TuneVerdict }

export type Tuned = Pick<TuneResult, 'candidates' | 'measurements' | 'pairs' | 'plan'> & {
  readonly settings: { readonly seed: number; readonly warmupSeconds: number }
}

/** What is to be done next, by what has been measured; nothing that would end beyond the budget. Pure. */
export function nextTuneStep(tuned: Tuned): TuneStep {
  const { candidates, plan, settings } = tuned
  const silence = silenceOf(tuned.measurements.map(({ outcome }) => outcome))
  if (silence !== null) {
    const final = { candidates, trials: [], finalists: [], reference: null, pairs: [] }
    return { kind: 'verdict', verdict: { ...tuneVerdict(final, null), reason: silence } }
  }
  const trials = tuned.measurements.map(trialOf)
  const halving = nextTrial({ candidates, finalists: plan.finalists, seed: settings.seed }, trials)
  const left = leftSeconds(tuned)
  const spent = `the budget of ${plan.budgetSeconds} s was used up`
  if ('measure' in halving) {
    const { candidate, round } = halving.measure
    const seconds = roundSeconds(plan.firstSeconds, round)
    if (measureCost(tuned, seconds) <= left) return { kind: 'measure', candidate, round, seconds }
    const final = { candidates, trials, finalists: [], reference: null, pairs: tuned.pairs }
    return { kind: 'verdict', verdict: { ...tuneVerdict(final, null), reason: `${spent} in round ${round}` } }
  }
  const { finalists } = halving
  const reference = referenceOf(candidates, trials, finalists)
  const final = { candidates, trials, finalists, reference, pairs: tuned.pairs }
  const next = reference === null ? null : nextPair(tuned, finalists, reference)
  if (next === null) return { kind: 'verdict', verdict: tuneVerdict(final, null) }
  if (pairCost(tuned) <= left) return next
  return { kind: 'verdict', verdict: tuneVerdict(final, `${spent} in the final comparison`) }
}

/** Why nothing is measured any more: not one good answer of the first candidates, which all came up; else null. */
function silenceOf(outcomes: readonly Outcome[]): string | null {
  const silent = outcomes.flatMap((outcome) =>
    outcome.state === 'failed' && !outcome.sample?.counts.ok && ANSWERING.includes(outcome.stage)
      ? [outcome.error]
      : [],
  )
  if (silent.length < outcomes.length || silent.length < MOST_UNANSWERED) return null
  return `not one good answer of the first ${silent.length} candidates: ${silent.at(-1)}`
}

/** The finalists take turns, in a drawn order each time. */
function nextPair(tuned: Tuned, finalists: readonly string[], reference: string): TuneStep | null {
  const { pairs, plan, settings } = tuned
  const own = (key: string) => pairs.filter(({ candidate }) => candidate === key)
  const open = finalists.filter(
    (key) =>
      key !== reference &&
      logRatiosOf({ pairs, reference }, key).length < plan.pairs &&
      own(key).length < Math.ceil(plan.pairs * MOST_PAIRS_SHARE),
  )
  const fewest = Math.min(...open.map((key) => own(key).length))
  const turn = open.filter((key) => own(key).length === fewest)
  const [candidate] = shuffle(turn, randomOf(seedOf(settings.seed, PAIR_STREAM + pairs.length)))
  return candidate === undefined ? null : { kind: 'pair', candidate, reference, index: pairs.length + 1 }
}

/** The candidate under `key`. @throws Error where there is none */
export function candidateOf(candidates: readonly TuneCandidate[], key: string): TuneCandidate {
  const found = candidates.find((one) => one.key === key)
  if (!found) throw new Error(`there is no candidate ${key}`)
  return found
}

export interface ExpectedSeconds {
  /** Of the first round: less tells nothing. */
  readonly firstRound: number
  readonly all: number
}

/** What a search should take where nothing fails. */
export function expectedTuneSeconds(tuned: Omit<Tuned, 'measurements' | 'pairs'>): ExpectedSeconds {
  const { plan, candidates } = tuned
  const fresh = { ...tuned, measurements: [], pairs: [] }
  const rounds = roundsOf(candidates.length, plan.finalists).map(
    (count, i) => count * measureCost(fresh, roundSeconds(plan.firstSeconds, i + 1)),
  )
  const finalists = Math.min(plan.finalists, candidates.length - 1)
  const final = finalists * plan.pairs * pairCost(fresh)
  return { firstRound: rounds[0] ?? 0, all: rounds.reduce((sum, one) => sum + one, 0) + final }
}

/** Of the budget; infinite without one. */
function leftSeconds({ plan, measurements, pairs }: Tuned): number {
  if (plan.budgetSeconds === null) return Number.POSITIVE_INFINITY
  const spent = [...measurements, ...pairs].reduce((sum, { elapsedSeconds }) => sum + elapsedSeconds, 0)
  return plan.budgetSeconds - spent
}

/** Beside measuring, by what it has taken so far. */
function measureCost({ measurements, plan, settings }: Tuned, seconds: number): number {
  const overheads = measurements.map(
    ({ elapsedSeconds, round }) => elapsedSeconds - roundSeconds(plan.firstSeconds, round),
  )
  const expected = OVERHEAD_SECONDS + USUAL_WARM_UP * settings.warmupSeconds
  return seconds + (mean(overheads) ?? expected)
}

/** By what pairs took so far; else as if they were measured in turn, which takes longer. */
function pairCost(tuned: Tuned): number {
  const { pairs, plan } = tuned
  return (
    mean(pairs.map(({ elapsedSeconds }) => elapsedSeconds)) ?? 2 * measureCost(tuned, plan.pairLoad.slices)
  )
}
