import { join } from 'node:path'
import type { Arm } from '../../arms/prepare-arm.js'
import type { LevelEntry } from '../../catalog/entries.js'
import { loadOf } from '../../config/scenario-load.js'
import { createDuet } from '../../engine/duet/duet.js'
import { launchLevel } from '../../launch/launch-level.js'
import type { OpenLease } from '../../launch/lease/lease.js'
import { splitCores } from '../../launch/machine/affinity.js'
import { readCores } from '../../launch/machine/cores.js'
import { readGeneratorLimits, tooMuchToOpen } from '../../launch/machine/generator-limits.js'
import type { GateResult } from '../../model/studies/gate.js'
import { cpuShares, readCpuTicks } from '../../observe/machine-cpu.js'
import { settle } from '../../observe/settle.js'
import { treeCpu } from '../../observe/tree-cpu.js'
import { writeRecord } from '../../records/write-record.js'
import type { PlannedLevel, PlannedScenario } from '../../runner/cell/booted.js'
import { runGate } from '../../runner/studies/gate-run.js'
import { hasTaskset } from '../../services/support/pinned.js'
import { UserError } from '../../words/errors.js'
import { lackOf } from '../plan/level-availability.js'
import { planLevel, planTarget, serviceCoresOf, workersOf } from '../plan/plan-run.js'
import type { Invocation } from '../terminal/invocation.js'
import { makeBoot } from '../world/boot.js'
import { levelIn, type Side } from './gate-arms.js'
import { expectedBlockSeconds, type GateReading } from './gate-plan.js'
import type { gateProgress } from './gate-progress.js'

export interface GateMeasuring {
  readonly invocation: Invocation
  readonly reading: GateReading
  readonly result: GateResult
  readonly arms: Readonly<Record<Side, Arm>>
  readonly dir: string
  readonly lease: OpenLease
  readonly progress: ReturnType<typeof gateProgress>
  readonly signal: AbortSignal
}

/** Wires the world to the runner. @throws UserError as `runGate` does, and where a level lacks something here. */
export async function measureGate(measuring: GateMeasuring): Promise<GateResult> {
  const { invocation, reading, result, dir, lease, progress, signal } = measuring
  const { env, output } = invocation
  const { settings } = reading.plan.configuration
  const cores = readCores()
  const { split, reason } = splitCores(cores.allowed, settings.affinity, hasTaskset(env))
  const serviceCores = serviceCoresOf(split, cores)
  const [base, head] = await Promise.all([
    plannedArm('base', measuring, serviceCores),
    plannedArm('head', measuring, serviceCores),
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
    readGeneratorLimits(),
  )
  if (opened.problems.length > 0) throw new UserError(opened.problems)
  const warnings = [...result.warnings, ...(split ? [] : [reason]), ...opened.warnings]
  for (const warning of warnings) output.warn(warning)
  const logDir = join(dir, 'logs')
  const { boot, stopServices } = makeBoot({
    launch: launchLevel,
    lease,
    logDir,
    env,
    database: settings.database,
    ...(split ? { cpus: split.service } : {}),
    onService: (name, source) => output.note(`${name}: ${source}`),
  })
  try {
    return await runGate(
      {
        result: { ...result, warnings },
        levels: { base, head },
        scenarios: plannedScenarios(reading),
        generatorCpus: split?.generator ?? null,
        blockSeconds: expectedBlockSeconds(result.settings, base.level === null),
      },
      {
        engine: createDuet(),
        boot: (side, level, label, aborted) => boot(level, label, aborted, join(logDir, side)),
        settle: async (booted, aborted) => {
          await settle(
            booted.flatMap(({ trees }) => trees),
            aborted,
          )
        },
        treeCpu,
        watchSteal: () => {
          const before = readCpuTicks()
          return () => cpuShares(before, readCpuTicks()).stealShare
        },
        leaseEnv: lease.env,
        signal,
        events: progress,
        save: async (now) => {
          await writeRecord(dir, now)
        },
      },
    )
  } finally {
    await stopServices()
  }
}

async function plannedArm(
  side: Side,
  { invocation, reading, arms }: GateMeasuring,
  cores: number,
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
  const { memoryLimitBytes, memoryBytes } = readCores()
  const { workers } = reading.plan.configuration.settings
  return planLevel(entry, workersOf(entry.level, workers, cores, memoryLimitBytes ?? memoryBytes))
}

function plannedScenarios({ plan: { scenarios, configuration } }: GateReading): PlannedScenario[] {
  return scenarios.map(({ scenario, source, rows }) => ({
    scenario,
    slos: [],
    ...(rows ? { rows } : {}),
    info: { name: scenario.name, title: scenario.title, source, ...loadOf(scenario, configuration) },
  }))
}
