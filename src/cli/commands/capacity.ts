import { rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createClosedLoop } from '../../engine/closed-loop.js'
import { createOpenLoop } from '../../engine/open-loop.js'
import { launchLevel } from '../../launch/launch-level.js'
import { openLease } from '../../launch/lease.js'
import type { CapacityResult } from '../../model/capacity.js'
import { UserError } from '../../model/errors.js'
import { ExitCode } from '../../model/exit-codes.js'
import { processObserver } from '../../observe/process-observer.js'
import { settle } from '../../observe/settle.js'
import { capacityMarkdown, capacityText, probeLine } from '../../report/capacity-text.js'
import { capacityHtml } from '../../report/html-capacity.js'
import { CAPACITY_PAGE } from '../../report/write-capacities.js'
import { BootError } from '../../runner/booted.js'
import { runCapacity } from '../../runner/capacity-run.js'
import { makeRunFolder, writeCapacity } from '../../runner/run-file.js'
import { makeMeasuredBoot } from '../boot.js'
import { type CapacityReading, planCapacity, readCapacity } from '../capacity-plan.js'
import { checkTargetListens } from '../check-target.js'
import { endAll } from '../end-all.js'
import { listenForInterrupt } from '../interrupt.js'
import type { Invocation } from '../invocation.js'
import { makeResultsFolder } from '../results-folder.js'
import { surroundingsOf } from '../surroundings.js'
import { sweepFirst } from '../sweep-first.js'
import { watchRun } from '../watch-run.js'
import { shortPath, writePage } from '../write-page.js'

/** `rungs capacity`: the highest arrival rate at which the objectives hold. */
export async function capacity(invocation: Invocation): Promise<ExitCode> {
  const { output, cwd } = invocation
  const reading = await readCapacity(invocation)
  const { settings } = reading.plan.configuration
  if (settings.target !== null) await checkTargetListens(settings.target)
  await sweepFirst(invocation)
  const interrupt = listenForInterrupt((name) =>
    output.warn(`${name}: stopping; finished probes are kept (again to leave at once)`),
  )
  try {
    const { levels, around } = await surroundingsOf(invocation, reading.plan)
    const plan = planCapacity({ ...reading, plan: { ...reading.plan, levels } }, around)
    const folder = await makeRunFolder(await makeResultsFolder(resolve(cwd, settings.out)), plan.result.id)
    const result = await measure(
      invocation,
      reading,
      { ...plan, result: { ...plan.result, id: folder.id } },
      folder.dir,
      interrupt.signal,
    )
    await writeFile(join(folder.dir, 'capacity.md'), capacityMarkdown(result))
    output.print(capacityText(result))
    output.print(shortPath(join(folder.dir, 'capacity.json'), cwd))
    output.print(shortPath(await writePage(folder.dir, CAPACITY_PAGE, capacityHtml(result)), cwd))
    output.result(result)
    return exitCodeOf(result)
  } finally {
    interrupt.dispose()
  }
}

async function measure(
  { env, output }: Invocation,
  { plan: { configuration } }: CapacityReading,
  plan: ReturnType<typeof planCapacity>,
  dir: string,
  signal: AbortSignal,
): Promise<CapacityResult> {
  const watch = await watchRun(output, plan.result.settings, false)
  const { events } = watch
  for (const warning of plan.result.warnings) output.warn(warning)
  const lease = await openLease({ env })
  const { boot, stopServices } = makeMeasuredBoot({
    launch: launchLevel,
    lease,
    env,
    database: configuration.settings.database,
    dir,
    split: plan.affinity.split,
    workerCpus: plan.result.settings.workerCpus ?? null,
    events,
  })
  let last: CapacityResult = plan.result
  try {
    return await runCapacity(plan, {
      boot,
      engine: createClosedLoop(),
      openEngine: createOpenLoop(),
      observer: processObserver,
      settle,
      leaseEnv: lease.env,
      signal,
      events,
      onProbe: (index, rate, seconds) => {
        const { mostProbes: of } = plan.result.search
        const ref = { level: plan.level.info, scenario: plan.scenario.info.name, repeat: 1, index, of }
        events.onPhase?.(ref, 'latency', seconds, rate)
      },
      onProbed: (probe) => output.note(probeLine(probe)),
      save: async (result) => {
        last = result
        await writeCapacity(dir, result)
      },
    })
  } catch (error) {
    if (last.probes.length === 0) await rm(dir, { recursive: true, force: true })
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

function exitCodeOf({ state, verdict }: CapacityResult): ExitCode {
  if (state === 'interrupted') return ExitCode.Interrupted
  switch (verdict?.state) {
    case 'found':
    case 'beyond':
      return ExitCode.Ok
    case 'doomed':
      return ExitCode.Missed
    default:
      return ExitCode.Invalid
  }
}
