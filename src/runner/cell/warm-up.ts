import type { Engine } from '../../engine/engine.js'
import type { LoadPlan } from '../../model/plan/load-plan.js'
import type { RunSettings } from '../../model/run/run.js'
import type { Sample } from '../../model/run/sample.js'
import type { Booted } from './booted.js'
import type { CellRef, RunEvents } from './events.js'
import { isSteady, SECONDS_TO_TELL, WARM_UP_LIMIT } from './steady.js'
import { warmUpParts } from './warm-up-parts.js'

export interface WarmUpContext {
  readonly engine: Engine
  readonly settings: Pick<RunSettings, 'warmupSeconds' | 'affinity'>
  readonly events: RunEvents
  readonly leaseEnv: Readonly<Record<string, string>>
}

/** Loads until throughput is steady, within a limit, part by part. Null where no warm-up is wanted. */
export async function warmUpService(
  plan: Omit<LoadPlan, 'durationSeconds'>,
  ref: CellRef,
  context: WarmUpContext,
  signal: AbortSignal,
  quota?: Booted['quota'],
): Promise<WarmUp | null> {
  const { settings } = context
  if (settings.warmupSeconds === 0) return null
  let last: WarmUp | null = null
  for (const { seconds, isFree } of warmUpParts(settings, quota ? (ref.level.workers ?? 1) : null)) {
    if (isFree) quota?.lift()
    last = await untilSteady(seconds, plan, ref, context, signal)
    if (isFree) quota?.renew()
    if (isFree && last.sample.counts.ok === 0) return last
  }
  return last
}

interface WarmUp {
  readonly sample: Sample
  readonly drifting: boolean
}

async function untilSteady(
  minimum: number,
  plan: Omit<LoadPlan, 'durationSeconds'>,
  ref: CellRef,
  { engine, events, leaseEnv }: WarmUpContext,
  signal: AbortSignal,
): Promise<WarmUp> {
  events.onPhase?.(ref, 'warm-up', minimum)
  const enough = new AbortController()
  const perSecond: number[] = []
  let before = 0
  const sample = await engine.run(
    { ...plan, durationSeconds: WARM_UP_LIMIT * minimum },
    {
      signal,
      enough: enough.signal,
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
