import { join } from 'node:path'
import { createClosedLoop } from '../../engine/closed/closed-loop.js'
import { createOpenLoop } from '../../engine/open/open-loop.js'
import { Draws } from '../../engine/process/draws.js'
import { launchLevel } from '../../launch/launch-level.js'
import { openLease } from '../../launch/lease/lease.js'
import type { CoreSplit } from '../../launch/machine/affinity.js'
import type { RunSettings } from '../../model/run/run.js'
import { processObserver } from '../../observe/process-observer.js'
import { settle } from '../../observe/settle.js'
import type { RunParts } from '../../runner/studies/run-plan.js'
import { watchRun } from '../live/watch-run.js'
import type { Invocation } from '../terminal/invocation.js'
import { type BootParts, makeBoot } from './boot.js'
import { endAll } from './end-all.js'

/** What is measured, and where it goes. */
export interface Measuring extends Pick<BootParts, 'database'> {
  /** Of the result. */
  readonly settings: RunSettings
  readonly warnings: readonly string[]
  /** Of the result: logs lie beside it. */
  readonly dir: string
  readonly split: CoreSplit | null
  readonly signal: AbortSignal
  readonly isLive?: boolean
}

/** What a runner is given to boot levels, load them and watch them. */
export interface MeasuringParts extends Omit<RunParts, 'save' | 'ownStages' | 'boot'> {
  readonly boot: ReturnType<typeof makeBoot>['boot']
}

/** Measures with real levels and real engines under a lease, followed on the terminal; leaves nothing running. */
export async function measuring<Result>(
  { env, output }: Invocation,
  { settings, warnings, dir, database, split, signal, isLive = false }: Measuring,
  work: (parts: MeasuringParts) => Promise<Result>,
): Promise<Result> {
  const watch = await watchRun(output, settings, isLive)
  const { events } = watch
  for (const warning of warnings) output.warn(warning)
  const lease = await openLease({ env })
  const { boot, stopServices } = makeBoot({
    ...{ launch: launchLevel, lease, env, database },
    logDir: join(dir, 'logs'),
    ...(split ? { cpus: split.service } : {}),
    workerCpus: settings.workerCpus ?? null,
    onService: (...told) => events.onService?.(...told),
  })
  const draws = new Draws()
  try {
    return await work({
      ...{ boot, observer: processObserver, settle, signal, events, leaseEnv: lease.env },
      engine: createClosedLoop(draws),
      openEngine: createOpenLoop(draws),
    })
  } finally {
    await watch.end()
    await endAll(stopServices, lease, output.warn)
  }
}
