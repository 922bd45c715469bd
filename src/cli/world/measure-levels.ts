import { join, resolve } from 'node:path'
import type { ReadPlan } from '../../catalog/read-plan.js'
import { createClosedLoop } from '../../engine/closed/closed-loop.js'
import { createOpenLoop } from '../../engine/open/open-loop.js'
import { Draws } from '../../engine/process/draws.js'
import { LaunchError } from '../../launch/launcher.js'
import type { CoreSplit } from '../../launch/machine/affinity.js'
import { processObserver } from '../../observe/process-observer.js'
import { settle } from '../../observe/settle.js'
import { KINDS, type RecordOf } from '../../records/kinds.js'
import { resumeProblems } from '../../records/resume.js'
import type { RunParts } from '../../runner/studies/run-plan.js'
import { messageOf, UserError } from '../../words/errors.js'
import { watchRun } from '../live/watch-run.js'
import type { Surroundings } from '../plan/plan-run.js'
import type { Invocation } from '../terminal/invocation.js'
import type { Output } from '../terminal/output.js'
import type { BootChoices, LevelBoots } from './boot.js'
import { checkTargetListens } from './check-target.js'
import { type Begun, inRecordFolder } from './record-folder.js'
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

interface PlannedCores {
  readonly affinity: { readonly split: CoreSplit | null }
}

/** What runs, ladders and searches differ in. */
export interface Measurement<Plan, Saved extends Measured, Result> {
  /** What an interruption keeps, in words. */
  readonly kept: string
  readonly isLive?: boolean
  /** What is resumed; its record is null where it was lost before anything was measured. */
  readonly stored?: { readonly dir: string; readonly record: Saved | null } | null
  /** Decides everything before anything is done. @throws UserError where it cannot be done here */
  plan(reading: ReadPlan, around: Surroundings): Plan & PlannedCores
  /** The record that a plan begins with. */
  recordOf(plan: Plan): Saved
  measure(plan: Plan, begun: Begun<Saved>, parts: MeasuringParts<Saved>): Promise<Result>
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
    const planned = { ...measurement.recordOf(plan), asked: { ...invocation.asked } }
    return await inRecordFolder<Saved, Result>(
      {
        out: resolve(cwd, out),
        planned,
        stored: measurement.stored ?? null,
        file: KINDS[planned.kind].file,
        differences: resumeProblems,
        isEmpty: measurement.isEmpty,
      },
      (begun) =>
        measureWatched({ ...measurement, plan, begun, database }, output, world).catch((error: unknown) => {
          throw error instanceof LaunchError
            ? new UserError(bootProblem(error, levels[0]?.level.name))
            : error
        }),
    )
  })
}

interface Planned<Plan, Saved extends Measured, Result>
  extends Pick<Measurement<Plan, Saved, Result>, 'isLive' | 'measure'>,
    Pick<BootChoices, 'database'> {
  readonly plan: Plan & PlannedCores
  readonly begun: Begun<Saved>
}

async function measureWatched<Plan, Saved extends Measured, Result>(
  { plan, begun, database, isLive = false, measure }: Planned<Plan, Saved, Result>,
  output: Output,
  world: World,
): Promise<Result> {
  const { settings, warnings } = begun.record
  const watch = await watchRun(output, settings, isLive)
  const { events } = watch
  try {
    for (const warning of warnings) output.warn(warning)
    const boot = world.boots({
      logDir: join(begun.dir, 'logs'),
      database,
      cpus: plan.affinity.split?.service,
      workerCpus: settings.workerCpus ?? null,
      onService: (...told) => events.onService?.(...told),
    })
    return await measure(plan, begun, { ...partsIn(world), boot, events, save: begun.save })
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
