import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { LevelEntry } from '../catalog/entries.js'
import type { ReadPlan } from '../catalog/read-plan.js'
import { createClosedLoop } from '../engine/closed-loop.js'
import { createOpenLoop } from '../engine/open-loop.js'
import type { CoreSplit } from '../launch/affinity.js'
import { launchLevel } from '../launch/launch-level.js'
import { openLease } from '../launch/lease.js'
import { UserError } from '../model/errors.js'
import type { RunLevel, RunSettings } from '../model/run.js'
import { processObserver } from '../observe/process-observer.js'
import { settle } from '../observe/settle.js'
import { BootError } from '../runner/booted.js'
import { makeRunFolder } from '../runner/run-file.js'
import type { RunParts } from '../runner/run-plan.js'
import { makeMeasuredBoot } from './boot.js'
import { checkTargetListens } from './check-target.js'
import { endAll } from './end-all.js'
import { listenForInterrupt } from './interrupt.js'
import type { Invocation } from './invocation.js'
import type { Surroundings } from './plan-run.js'
import { makeResultsFolder } from './results-folder.js'
import { surroundingsOf } from './surroundings.js'
import { sweepFirst } from './sweep-first.js'
import { watchRun } from './watch-run.js'

/** What every search has in its result. */
interface SearchResult {
  readonly id: string
  readonly level: RunLevel
  readonly settings: RunSettings
  readonly warnings: readonly string[]
}

export interface Planned<R> {
  readonly result: R
  readonly affinity: { readonly split: CoreSplit | null }
}

export type SearchParts = Omit<RunParts, 'save' | 'ownStages'>

/** One kind of search. */
export interface Search<R extends SearchResult, P extends Planned<R>> {
  /** What an interruption keeps, in words. */
  readonly kept: string
  plan(levels: readonly LevelEntry[], around: Surroundings): P
  measure(plan: P, parts: SearchParts, save: (result: R) => Promise<void>): Promise<R>
  /** Keeps the result in a folder. */
  write(dir: string, result: R): Promise<unknown>
  /** Whether a result holds nothing worth keeping. */
  isEmpty(result: R): boolean
}

/**
 * Makes a search: plans it, boots by a lease, measures, and leaves nothing running. Its folder is kept unless it failed
 * before anything was measured.
 * @throws UserError where the level lacks something here or does not boot
 */
export async function runSearch<R extends SearchResult, P extends Planned<R>>(
  invocation: Invocation,
  reading: ReadPlan,
  search: Search<R, P>,
): Promise<{ result: R; dir: string }> {
  const { output, cwd } = invocation
  const { settings } = reading.configuration
  if (settings.target !== null) await checkTargetListens(settings.target)
  await sweepFirst(invocation)
  const interrupt = listenForInterrupt((name) =>
    output.warn(`${name}: stopping; ${search.kept} are kept (again to leave at once)`),
  )
  try {
    const { levels, around } = await surroundingsOf(invocation, reading)
    const plan = search.plan(levels, around)
    const folder = await makeRunFolder(await makeResultsFolder(resolve(cwd, settings.out)), plan.result.id)
    const named = { ...plan, result: { ...plan.result, id: folder.id } }
    const { database } = settings
    const result = await measure(invocation, named, search, { ...folder, database, signal: interrupt.signal })
    return { result, dir: folder.dir }
  } finally {
    interrupt.dispose()
  }
}

async function measure<R extends SearchResult, P extends Planned<R>>(
  { env, output }: Invocation,
  plan: P,
  search: Search<R, P>,
  {
    dir,
    database,
    signal,
  }: {
    readonly dir: string
    readonly database: Parameters<typeof makeMeasuredBoot>[0]['database']
    readonly signal: AbortSignal
  },
): Promise<R> {
  const watch = await watchRun(output, plan.result.settings, false)
  const { events } = watch
  for (const warning of plan.result.warnings) output.warn(warning)
  const lease = await openLease({ env })
  const { boot, stopServices } = makeMeasuredBoot({
    ...{ launch: launchLevel, lease, env, database, dir, events },
    split: plan.affinity.split,
    workerCpus: plan.result.settings.workerCpus ?? null,
  })
  let last = plan.result
  const parts: SearchParts = {
    ...{ boot, observer: processObserver, settle, signal, events, leaseEnv: lease.env },
    engine: createClosedLoop(),
    openEngine: createOpenLoop(),
  }
  try {
    return await search.measure(plan, parts, async (result) => {
      last = result
      await search.write(dir, result)
    })
  } catch (error) {
    if (search.isEmpty(last)) await rm(dir, { recursive: true, force: true })
    if (error instanceof BootError) throw new UserError(bootProblem(error, last.level.name))
    throw error
  } finally {
    await watch.end()
    await endAll(stopServices, lease, output.warn)
  }
}

function bootProblem({ stage, message, log }: BootError, name: string): string {
  const said = log.at(-1)
  return `level ${name} failed at ${stage}: ${message}${said === undefined ? '' : ` (its log ends: ${said.trim()})`}`
}
