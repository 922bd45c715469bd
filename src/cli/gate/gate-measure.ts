import { join } from 'node:path'
import type { Arm } from '../../arms/prepare-arm.js'
import type { LevelEntry } from '../../catalog/entries.js'
import { createDuet } from '../../engine/duet/duet.js'
import type { Affinity } from '../../launch/machine/affinity.js'
import { tooMuchToOpen } from '../../launch/machine/generator-limits.js'
import type { GateResult } from '../../model/studies/gate.js'
import { watchSteal } from '../../observe/machine-cpu.js'
import { settle } from '../../observe/settle.js'
import { treeCpu } from '../../observe/tree-cpu.js'
import { writeRecord } from '../../records/write-record.js'
import type { PlannedLevel } from '../../runner/cell/booted.js'
import { runGate } from '../../runner/studies/gate-run.js'
import { UserError } from '../../words/errors.js'
import { lackOf } from '../plan/level-availability.js'
import { affinityOn, planLevelAlone, plannedScenarios, planTarget } from '../plan/plan-run.js'
import type { Invocation } from '../terminal/invocation.js'
import { noteService } from '../terminal/progress.js'
import type { ThisMachine } from '../world/surroundings.js'
import type { World } from '../world/world.js'
import { levelIn, type Side } from './gate-arms.js'
import { expectedBlockSeconds, type GateReading } from './gate-plan.js'
import type { gateProgress } from './gate-progress.js'

export interface GateMeasuring {
  readonly invocation: Invocation
  readonly reading: GateReading
  readonly result: GateResult
  readonly arms: Readonly<Record<Side, Arm>>
  readonly dir: string
  readonly progress: ReturnType<typeof gateProgress>
  readonly around: ThisMachine
}

/** Wires the world to the runner. @throws UserError as `runGate` does, and where a level lacks something here. */
export async function measureGate(
  measuring: GateMeasuring,
  { lease, signal, boots }: World,
): Promise<GateResult> {
  const { invocation, reading, result, dir, progress, around } = measuring
  const { output } = invocation
  const { settings } = reading.plan.configuration
  const { split, reason } = affinityOn(around, settings.affinity)
  const [base, head] = await Promise.all([
    plannedArm('base', measuring, split),
    plannedArm('head', measuring, split),
  ])
  const { connections, maxConnections, latencySeconds } = result.settings.load
  const opened = tooMuchToOpen(
    // One generator loads both.
    {
      connections: 2 * connections,
      maxConnections: latencySeconds > 0 ? 2 * maxConnections : 0,
      generators: 1,
      addresses: 2,
    },
    around.limits,
  )
  if (opened.problems.length > 0) throw new UserError(opened.problems)
  const warnings = [...result.warnings, ...(split ? [] : [reason]), ...opened.warnings]
  for (const warning of warnings) output.warn(warning)
  const logDir = join(dir, 'logs')
  const boot = boots({
    logDir,
    database: settings.database,
    cpus: split?.service,
    onService: noteService(output),
  })
  return await runGate(
    {
      result: { ...result, warnings },
      levels: { base, head },
      scenarios: plannedScenarios(reading.plan),
      generatorCpus: split?.generator ?? null,
      blockSeconds: expectedBlockSeconds(result.settings, base.level === null),
    },
    {
      engine: createDuet(),
      settle,
      treeCpu,
      watchSteal,
      boot: (side, level, label, aborted) => boot(level, label, aborted, join(logDir, side)),
      leaseEnv: lease.env,
      signal,
      events: progress,
      save: async (now) => {
        await writeRecord(dir, now)
      },
    },
  )
}

async function plannedArm(
  side: Side,
  { invocation, reading, arms, around }: GateMeasuring,
  split: Affinity['split'],
): Promise<PlannedLevel> {
  const { origin, dir } = arms[side]
  if (origin.kind === 'url' || dir === null) return planTarget(origin.kind === 'url' ? origin.url : '')
  const entry = levelIn(reading.plan.levels[0] as LevelEntry, side, dir, reading.projectDir)
  const lack = await lackOf(entry, invocation.env)
  const { number, name } = entry.level
  if (lack) {
    const fix = lack.fix === null ? '' : `: ${lack.fix}`
    throw new UserError(`${side}: level ${number} (${name}) cannot run in ${dir}: ${lack.reason}${fix}`)
  }
  return planLevelAlone(entry, reading.plan.configuration.settings.workers, around, split)
}
