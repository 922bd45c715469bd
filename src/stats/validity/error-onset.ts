import type { Sample } from '../../model/run/sample.js'

/** Answers of a step, second by second. */
export interface StepCourse {
  readonly ok: readonly number[]
  readonly errors: readonly number[]
}

export type Onset = NonNullable<Sample['steps'][number]['onset']>

/** Of the answers from the onset on, at least so many fail; and of those before it, at most a quarter of that share. */
const LEAST_SHARE = 0.2
const MOST_BEFORE = 1 / 4

/** Fewer errors than this may be chance, whatever their share. */
const LEAST_ERRORS = 20

/** Of the seconds behind the onset, the last third must still fail at half their mean share: a burst that ends is none. */
const LASTING_SHARE = 0.5

/**
 * The second from which on a step fails that went well before, and goes on failing to the end; null where its errors
 * have no such beginning. The second is where a change of the share of errors is most likely (the binomial likelihood of
 * one change point, as of Hinkley & Hinkley, "Inference about the change-point in a sequence of binomial variables",
 * 1970). No test of significance is needed beyond it: errors come in bursts, for which a test that takes them as
 * independent is too sure; what counts is that the two parts are two states of the service.
 */
export function onsetOf({ ok, errors }: StepCourse): Onset | null {
  const seconds = Math.max(ok.length, errors.length)
  const sums = prefixSums(ok, errors, seconds)
  const all = sums[seconds]
  if (!all || all.errors < LEAST_ERRORS) return null
  let best: { readonly at: number; readonly likelihood: number } | null = null
  for (let at = 1; at < seconds; at++) {
    const before = sums[at] as Part
    const likelihood = logLikelihood(before) + logLikelihood(minus(all, before))
    if (!best || likelihood > best.likelihood) best = { at, likelihood }
  }
  if (!best) return null
  const { at } = best
  const before = sums[at] as Part
  const after = minus(all, before)
  const last = minus(all, sums[seconds - Math.ceil((seconds - at) / 3)] as Part)
  const isOnset =
    before.ok > 0 &&
    after.errors >= LEAST_ERRORS &&
    shareOf(after) >= LEAST_SHARE &&
    shareOf(before) <= MOST_BEFORE * shareOf(after) &&
    shareOf(last) >= LASTING_SHARE * shareOf(after)
  if (!isOnset) return null
  // Those of the second itself came before it failed for good.
  const isEvery = minus(all, sums[at + 1] ?? all).ok === 0
  return { atSeconds: at, errors: after.errors, of: after.ok + after.errors, isEvery }
}

interface Part {
  readonly ok: number
  readonly errors: number
}

function prefixSums(ok: readonly number[], errors: readonly number[], seconds: number): Part[] {
  const sums: Part[] = [{ ok: 0, errors: 0 }]
  for (let at = 0; at < seconds; at++) {
    const so = sums[at] as Part
    sums.push({ ok: so.ok + (ok[at] ?? 0), errors: so.errors + (errors[at] ?? 0) })
  }
  return sums
}

function minus(all: Part, part: Part): Part {
  return { ok: all.ok - part.ok, errors: all.errors - part.errors }
}

function shareOf({ ok, errors }: Part): number {
  return ok + errors > 0 ? errors / (ok + errors) : 0
}

function logLikelihood({ ok, errors }: Part): number {
  const of = (count: number) => (count > 0 ? count * Math.log(count / (ok + errors)) : 0)
  return of(ok) + of(errors)
}
