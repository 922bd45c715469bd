import { resolve } from 'node:path'
import {
  type Calibrated,
  type CalibrationPlan,
  calibrate as measureFixtures,
} from '../../calibrate/calibrate.js'
import { PRESSURE_LIMIT } from '../../calibrate/cpu-pressure.js'
import { type PlannedFixtures, planCalibration } from '../../calibrate/plan.js'
import { overallVerdict } from '../../calibrate/verdict.js'
import type { CalibrateChoices } from '../../config/commands/calibrate.js'
import { commandChoices } from '../../config/commands/tables.js'
import { gatherConfiguration } from '../../config/read-configuration.js'
import type { Settings } from '../../config/settings.js'
import { createClosedLoop } from '../../engine/closed/closed-loop.js'
import { createOpenLoop } from '../../engine/open/open-loop.js'
import type { Affinity } from '../../launch/machine/affinity.js'
import { beginRecord } from '../../model/run/record.js'
import { type CalibratedFixture, Calibration } from '../../model/studies/calibration.js'
import { runId, writeRecord } from '../../records/write-record.js'
import { calibrationDoc } from '../../report/calibration/calibration-doc.js'
import { UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import { affinityOn } from '../plan/plan-run.js'
import { randomSeed } from '../plan/random-seed.js'
import { envWithOnly, USED_BY_CALIBRATE } from '../plan/search-settings.js'
import type { Invocation } from '../terminal/invocation.js'
import { stepProgress } from '../terminal/step-progress.js'
import { makeResultsFolder } from '../world/results-folder.js'
import { type ThisMachine, thisMachine } from '../world/surroundings.js'
import { inWorld, type World } from '../world/world.js'
import { tellBeside } from '../world/write-page.js'

/** `rungs calibrate`: what the instrument says of servers whose latency is known. */
export async function calibrate(invocation: Invocation): Promise<ExitCode> {
  const { flags, env, cwd, output } = invocation
  const { settings, loaded, problems } = await gatherConfiguration({
    flags: { out: flags.out, affinity: flags.affinity, seed: flags.seed },
    env: envWithOnly(USED_BY_CALIBRATE, env),
    cwd,
    configFile: flags.config,
    randomSeed: randomSeed(),
  })
  const wrong = [...problems]
  const choices = commandChoices('calibrate', { flags, env, loaded }, wrong)
  if (wrong.length > 0) throw new UserError(wrong)
  const planned = plannedFixtures(choices, flags.quick !== undefined)
  const around = thisMachine(env)
  const affinity = affinityOn(around, settings.affinity)
  const out = await makeResultsFolder(resolve(cwd, settings.out))
  const startedAt = new Date()
  const onSignal = (name: string) =>
    output.warn(`${name}: stopping; nothing is kept (again to leave at once)`)
  const measured = await inWorld(invocation, onSignal, (world) =>
    measure(invocation, planned, settings, affinity, world),
  )
  const calibration = resultOf(invocation, { planned, settings, affinity, startedAt, around, ...measured })
  const file = await writeRecord(out, calibration)
  await tellBeside(invocation, calibrationDoc(calibration), out, file)
  output.result(calibration)
  return calibration.verdict === 'within' ? ExitCode.Ok : ExitCode.Invalid
}

async function measure(
  { output }: Invocation,
  planned: PlannedFixtures,
  { seed }: Settings,
  { split, reason }: Affinity,
  { lease, signal }: World,
): Promise<Calibrated> {
  if (!split) output.warn(reason)
  const progress = stepProgress(output)
  const plan: CalibrationPlan = {
    ...planned,
    seed,
    generatorCpus: split?.generator ?? [],
    serverCpus: split?.service ?? [],
  }
  try {
    return await measureFixtures(plan, {
      engine: createOpenLoop(),
      closedEngine: createClosedLoop(),
      lease,
      signal,
      onStep: progress.step,
    })
  } finally {
    progress.end()
  }
}

interface Measured extends Calibrated {
  readonly planned: PlannedFixtures & { readonly quick: boolean }
  readonly settings: Settings
  readonly affinity: Affinity
  readonly around: ThisMachine
  readonly startedAt: Date
}

function resultOf({ version }: Invocation, measured: Measured): Calibration {
  const { planned, settings, affinity, around, startedAt, fixtures, capacity } = measured
  const { split, reason } = affinity
  return {
    ...beginRecord(Calibration, {
      tool: { name: 'rungs', version },
      id: runId(startedAt, 'calibration'),
      startedAt: startedAt.toISOString(),
      machine: around.machine,
      warnings: [...(split ? [] : [reason]), ...pressureWarning(fixtures)],
    }),
    finishedAt: new Date().toISOString(),
    state: 'completed',
    affinity: split && { generator: [...split.generator], service: [...split.service] },
    quick: planned.quick,
    seed: settings.seed,
    fixtures,
    ...(capacity.length > 0 ? { capacity } : {}),
    verdict: overallVerdict(fixtures, capacity),
  }
}

function pressureWarning(fixtures: readonly CalibratedFixture[]): string[] {
  const pressures = fixtures.flatMap(({ measurements }) => measurements.map((one) => one.cpuPressure ?? 0))
  const high = pressures.filter((pressure) => pressure > PRESSURE_LIMIT)
  if (high.length === 0) return []
  const most = Math.round(100 * Math.max(...high))
  return [
    `in ${high.length} of ${pressures.length} measurements something waited for a CPU for up to ${most} % of the time: what else runs on this machine is part of these errors`,
  ]
}

/** @throws UserError for a name that no fixture has */
function plannedFixtures(
  { fixture: names, rates, duration, peers, repeats }: CalibrateChoices,
  quick: boolean,
): PlannedFixtures & { readonly quick: boolean } {
  const choice = { fixtures: names, rates, seconds: duration, peerSeconds: peers, repeats, quick }
  return { ...planCalibration(choice), quick }
}
