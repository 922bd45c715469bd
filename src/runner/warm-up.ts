import type { Engine } from '../engine/engine.js'
import type { LoadPlan } from '../model/load-plan.js'
import type { RunSettings } from '../model/run.js'
import type { Sample } from '../model/sample.js'
import type { CellRef, RunEvents } from './events.js'
import { isSteady, SECONDS_TO_TELL, WARM_UP_LIMIT } from './steady.js'

export interface WarmUpContext {
  readonly engine: Engine
  readonly settings: Pick<RunSettings, 'warmupSeconds'>
  readonly events: RunEvents
  readonly leaseEnv: Readonly<Record<string, string>>
}

/** Loads until throughput is steady, within a limit. Null where no warm-up is wanted. */
export async function warmUpService(
  plan: Omit<LoadPlan, 'durationSeconds'>,
  ref: CellRef,
  { engine, settings, events, leaseEnv }: WarmUpContext,
  signal: AbortSignal,
): Promise<{ sample: Sample; drifting: boolean } | null> {
  const minimum = settings.warmupSeconds
  if (minimum === 0) return null
  events.onPhase?.(ref, 'warm-up', minimum)
  const enough = new AbortController()
  const perSecond: number[] = []
  let before = 0
  const sample = await engine.run(
    { ...plan, durationSeconds: WARM_UP_LIMIT * minimum },
    {
      signal: AbortSignal.any([signal, enough.signal]),
      env: leaseEnv,
      onTick(tick) {
        events.onTick?.(ref, 'warm-up', tick)
        perSecond.push(tick.ok - before)
        before = tick.ok
        const hopeless = tick.ok === 0 && tick.errors > 0
        if (tick.elapsedSeconds >= minimum && (hopeless || isSteady(perSecond))) enough.abort()
      },
    },
  )
  return { sample, drifting: perSecond.length >= SECONDS_TO_TELL && !isSteady(perSecond) }
}

/** A warning for people. */
export function notSteady(minimum: number): string {
  return `throughput was still drifting after ${WARM_UP_LIMIT * minimum} s of warm-up`
}
