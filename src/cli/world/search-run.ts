import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { LevelEntry } from '../../catalog/entries.js'
import type { ReadPlan } from '../../catalog/read-plan.js'
import type { CoreSplit } from '../../launch/machine/affinity.js'
import type { RecordOf } from '../../records/kinds.js'
import { makeRunFolder, writeRecord } from '../../records/write-record.js'
import { BootError } from '../../runner/cell/booted.js'
import { UserError } from '../../words/errors.js'
import type { Surroundings } from '../plan/plan-run.js'
import type { Invocation } from '../terminal/invocation.js'
import { checkTargetListens } from './check-target.js'
import { listenForInterrupt } from './interrupt.js'
import { type Measuring, type MeasuringParts, measuring } from './measuring.js'
import { makeResultsFolder } from './results-folder.js'
import { surroundingsOf } from './surroundings.js'
import { sweepFirst } from './sweep-first.js'

/** What a search of one level leaves. */
type SearchResult = RecordOf<'capacity' | 'tune'>

export interface Planned<R> {
  readonly result: R
  readonly affinity: { readonly split: CoreSplit | null }
}

/** One kind of search. */
export interface Search<R extends SearchResult, P extends Planned<R>> {
  /** What an interruption keeps, in words. */
  readonly kept: string
  plan(levels: readonly LevelEntry[], around: Surroundings): P
  measure(plan: P, parts: MeasuringParts, save: (result: R) => Promise<void>): Promise<R>
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
    const what = {
      ...{ settings: plan.result.settings, warnings: plan.result.warnings, dir: folder.dir },
      ...{ database: settings.database, split: plan.affinity.split, signal: interrupt.signal },
    }
    return { result: await measure(invocation, named, search, what), dir: folder.dir }
  } finally {
    interrupt.dispose()
  }
}

async function measure<R extends SearchResult, P extends Planned<R>>(
  invocation: Invocation,
  plan: P,
  search: Search<R, P>,
  what: Measuring,
): Promise<R> {
  let last = plan.result
  try {
    return await measuring(invocation, what, (parts) =>
      search.measure(plan, parts, async (result) => {
        last = result
        await writeRecord(what.dir, result)
      }),
    )
  } catch (error) {
    if (search.isEmpty(last)) await rm(what.dir, { recursive: true, force: true })
    if (error instanceof BootError) throw new UserError(bootProblem(error, last.level.name))
    throw error
  }
}

function bootProblem({ stage, message, log }: BootError, name: string): string {
  const said = log.at(-1)
  return `level ${name} failed at ${stage}: ${message}${said === undefined ? '' : ` (its log ends: ${said.trim()})`}`
}
