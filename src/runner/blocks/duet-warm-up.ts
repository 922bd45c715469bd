import type { DuetEngine, Pair } from '../../engine/duet/duet.js'
import type { LoadPlan } from '../../model/plan/load-plan.js'
import type { Sample } from '../../model/run/sample.js'
import { isSteady, WARM_UP_LIMIT } from '../cell/steady.js'

export interface DuetWarmUpParts {
  readonly engine: Pick<DuetEngine, 'closed'>
  readonly leaseEnv: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Less than a single service takes: what is left of a drift is the same for both, and only their ratio is measured. */
const STEADY = { span: 1, drift: 0.2 }

/** Seconds without which there is no telling; the first is the coldest. */
export const DUET_SECONDS_TO_TELL = 1 + 2 * STEADY.span

/**
 * Loads two services at once for at least so many seconds: until both are steady, or one of them answers nothing as
 * expected, within a limit. One load, so that none of its time goes to starting another. Null where no warm-up is wanted.
 */
export async function warmUpDuet(
  plans: Pair<LoadPlan>,
  minimum: number,
  { engine, leaseEnv, signal }: DuetWarmUpParts,
): Promise<Pair<Sample> | null> {
  if (minimum === 0) return null
  const durationSeconds = WARM_UP_LIMIT * minimum
  const enough = new AbortController()
  const courses: Pair<AnswersPerSecond> = [new AnswersPerSecond(), new AnswersPerSecond()]
  const [first, second] = plans
  return engine.closed(
    [
      { ...first, durationSeconds },
      { ...second, durationSeconds },
    ],
    {
      env: leaseEnv,
      signal,
      enough: enough.signal,
      onProgress(each) {
        for (const arm of [0, 1] as const) courses[arm].add(each[arm])
        if (each.some(({ ok, errors }) => ok === 0 && errors > 0)) enough.abort()
        const isLongEnough = each[0].elapsedSeconds >= minimum
        if (isLongEnough && courses.every(({ rates }) => isSteady(rates.slice(1), STEADY))) enough.abort()
      },
    },
  )
}

/** From running totals: a generator that was held up tells of several seconds together. */
class AnswersPerSecond {
  readonly rates: number[] = []
  #ok = 0
  #seconds = 0

  add({ ok, elapsedSeconds }: { readonly ok: number; readonly elapsedSeconds: number }): void {
    this.rates.push((ok - this.#ok) / (elapsedSeconds - this.#seconds))
    this.#ok = ok
    this.#seconds = elapsedSeconds
  }
}
