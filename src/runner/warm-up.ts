import { availableParallelism } from 'node:os'
import type { Engine } from '../engine/engine.js'
import type { LoadPlan } from '../model/load-plan.js'
import type { RunSettings } from '../model/run.js'
import type { Sample } from '../model/sample.js'
import type { Booted } from './booted.js'
import type { CellRef, RunEvents } from './events.js'
import { isSteady, SECONDS_TO_TELL, WARM_UP_LIMIT } from './steady.js'

export interface WarmUpContext {
  readonly engine: Engine
  readonly settings: Pick<RunSettings, 'warmupSeconds' | 'affinity'>
  readonly events: RunEvents
  readonly leaseEnv: Readonly<Record<string, string>>
}

/** Workers with a CPU quota are warmed up without it and with it, so many times. */
export const FREE_PARTS = 2

/**
 * Loads until throughput is steady, within a limit. Null where no warm-up is wanted. Workers with a CPU quota are warmed up without
 * it first, for as long as each gets what one alone would have got: compiling their code under a quota of a tenth would take
 * half a minute, in which throughput looks steady again and again. In parts: what they do only under the quota is compiled
 * without it in the next. See docs/decisions/0018-virtual-cores.md.
 */
export async function warmUpService(
  plan: Omit<LoadPlan, 'durationSeconds'>,
  ref: CellRef,
  context: WarmUpContext,
  signal: AbortSignal,
  quota?: Booted['quota'],
): Promise<WarmUp | null> {
  const { warmupSeconds, affinity } = context.settings
  if (warmupSeconds === 0) return null
  if (quota) {
    const cores = affinity?.service.length ?? availableParallelism()
    const free = warmupSeconds * Math.max(1, (ref.level.workers ?? 1) / cores)
    for (let part = 1; part <= FREE_PARTS; part++) {
      quota.lift()
      const warm = await untilSteady(free / FREE_PARTS, plan, ref, context, signal)
      quota.renew()
      if (warm.sample.counts.ok === 0) return warm
      if (part < FREE_PARTS) await untilSteady(warmupSeconds / FREE_PARTS, plan, ref, context, signal)
    }
  }
  return await untilSteady(warmupSeconds, plan, ref, context, signal)
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
