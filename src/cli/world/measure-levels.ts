import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ReadPlan } from '../../catalog/read-plan.js'
import { createClosedLoop } from '../../engine/closed/closed-loop.js'
import { createOpenLoop } from '../../engine/open/open-loop.js'
import { Draws } from '../../engine/process/draws.js'
import { LaunchError } from '../../launch/launcher.js'
import type { CoreSplit } from '../../launch/machine/affinity.js'
import type { Run } from '../../model/run/run.js'
import { processObserver } from '../../observe/process-observer.js'
import { settle } from '../../observe/settle.js'
import type { RecordOf } from '../../records/kinds.js'
import { makeRunFolder, writeRecord } from '../../records/write-record.js'
import type { RunParts } from '../../runner/studies/run-plan.js'
import { messageOf, UserError } from '../../words/errors.js'
import { watchRun } from '../live/watch-run.js'
import type { Surroundings } from '../plan/plan-run.js'
import type { Invocation } from '../terminal/invocation.js'
import type { Output } from '../terminal/output.js'
import type { BootChoices, LevelBoots } from './boot.js'
import { checkTargetListens } from './check-target.js'
import { makeResultsFolder } from './results-folder.js'
import { surroundingsOf } from './surroundings.js'
import { inWorld, type World } from './world.js'

/** What a measurement of levels leaves. */
type Measured = RecordOf<'run' | 'capacity' | 'tune'>

/** What a runner is given to boot levels, load them and watch them. */
export interface MeasuringParts<Saved extends Measured>
  extends Omit<RunParts, 'save' | 'ownStages' | 'boot'> {
  readonly boot: LevelBoots['boot']
  save(result: Saved): Promise<void>
}

export interface ResultFolder {
  readonly id: string
  readonly dir: string
}

interface PlannedCores {
  readonly affinity: { readonly split: CoreSplit | null }
}

/** What runs, ladders and searches differ in. */
export interface Measurement<Plan, Saved extends Measured, Result> {
  /** What an interruption keeps, in words. */
  readonly kept: string
  readonly isLive?: boolean
  /** Decides everything before anything is done. @throws UserError where it cannot be done here */
  plan(reading: ReadPlan, around: Surroundings): Plan & PlannedCores
  headOf(plan: Plan): Pick<Run, 'id' | 'settings' | 'warnings'>
  /** @param folder where the result lies, under the id that it is to have */
  measure(plan: Plan, folder: ResultFolder, parts: MeasuringParts<Saved>): Promise<Result>
  /** Whether a result holds nothing worth keeping. */
  isEmpty(result: Saved): boolean
}

/**
 * Plans a measurement, boots levels for it, and keeps its result in a folder of its own, which goes where it failed before
 * anything was measured. Followed on the terminal.
 * @throws UserError where it cannot be done here, or the one level that it needs does not boot
 */
export async function measureLevels<Plan, Saved extends Measured, Result>(
  invocation: Invocation,
  reading: ReadPlan,
  measurement: Measurement<Plan, Saved, Result>,
): Promise<{ result: Result; dir: string }> {
  const { output, cwd } = invocation
  const { target, out, database } = reading.configuration.settings
  if (target !== null) await checkTargetListens(target)
  const onSignal = (name: string) =>
    output.warn(`${name}: stopping; ${measurement.kept} kept (again to leave at once)`)
  return await inWorld(invocation, onSignal, async (world) => {
    const { levels, around } = await surroundingsOf(invocation, reading)
    const plan = measurement.plan({ ...reading, levels }, around)
    const { id } = measurement.headOf(plan)
    const folder = await makeRunFolder(await makeResultsFolder(resolve(cwd, out)), id)
    let isEmpty = true
    const save = async (result: Saved): Promise<void> => {
      isEmpty = measurement.isEmpty(result)
      await writeRecord(folder.dir, result)
    }
    try {
      const result = await measureWatched({ ...measurement, plan, folder, database, save }, output, world)
      return { result, dir: folder.dir }
    } catch (error) {
      const known =
        error instanceof LaunchError ? new UserError(bootProblem(error, levels[0]?.level.name)) : error
      // Nothing was measured, so there is nothing that the folder could tell.
      if (known instanceof UserError && isEmpty) await rm(folder.dir, { recursive: true, force: true })
      throw known
    }
  })
}

interface Planned<Plan, Saved extends Measured, Result>
  extends Pick<Measurement<Plan, Saved, Result>, 'isLive' | 'headOf' | 'measure'>,
    Pick<BootChoices, 'database'> {
  readonly plan: Plan & PlannedCores
  readonly folder: ResultFolder
  save(result: Saved): Promise<void>
}

async function measureWatched<Plan, Saved extends Measured, Result>(
  { plan, folder, database, save, isLive = false, headOf, measure }: Planned<Plan, Saved, Result>,
  output: Output,
  world: World,
): Promise<Result> {
  const { settings, warnings } = headOf(plan)
  const watch = await watchRun(output, settings, isLive)
  const { events } = watch
  try {
    for (const warning of warnings) output.warn(warning)
    const boot = world.boots({
      logDir: join(folder.dir, 'logs'),
      database,
      cpus: plan.affinity.split?.service,
      workerCpus: settings.workerCpus ?? null,
      onService: (...told) => events.onService?.(...told),
    })
    return await measure(plan, folder, { ...partsIn(world), boot, events, save })
  } finally {
    await watch.end()
  }
}

function partsIn({ signal, lease }: World) {
  const draws = new Draws()
  return {
    observer: processObserver,
    settle,
    signal,
    leaseEnv: lease.env,
    engine: createClosedLoop(draws),
    openEngine: createOpenLoop(draws),
  }
}

function bootProblem(error: LaunchError, name: string | undefined): string {
  const said = error.log.at(-1)
  const log = said === undefined ? '' : ` (its log ends: ${said.trim()})`
  return `level ${name} failed at ${error.stage}: ${messageOf(error)}${log}`
}
