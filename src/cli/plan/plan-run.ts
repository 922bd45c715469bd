import type { LevelEntry } from '../../catalog/entries.js'
import type { ReadPlan } from '../../catalog/read-plan.js'
import { latencyOf } from '../../config/latency-load.js'
import { loadOf, slosOf } from '../../config/scenario-load.js'
import type { Settings } from '../../config/settings.js'
import { type Affinity, splitCores } from '../../launch/machine/affinity.js'
import { autoWorkers, type Cores, usableCores } from '../../launch/machine/cores.js'
import { type GeneratorLimits, tooMuchToOpen } from '../../launch/machine/generator-limits.js'
import { chooseWorkerCpus, type QuotaChoice } from '../../launch/machine/worker-cpus.js'
import type { Level } from '../../model/plan/level.js'
import { takesWorkers } from '../../model/plan/takes-workers.js'
import type { Machine } from '../../model/run/machine.js'
import { beginRecord } from '../../model/run/record.js'
import { Run } from '../../model/run/run.js'
import type { PlannedLevel, PlannedScenario } from '../../runner/cell/booted.js'
import { measurementOrder } from '../../runner/cell/order.js'
import { SECONDS_TO_TELL, WARM_UP_LIMIT } from '../../runner/cell/steady.js'
import type { RunPlan } from '../../runner/studies/run-plan.js'
import { randomOf } from '../../stats/estimate/random.js'
import { UserError } from '../../words/errors.js'
import { plural } from '../../words/format.js'
import type { Lack } from './level-availability.js'

/** What planning needs to know of the world. */
export interface Surroundings {
  readonly cores: Cores
  readonly canPin: boolean
  /** Absent where they do not matter. */
  readonly limits?: GeneratorLimits
  readonly machine: Machine
  readonly git: Run['git']
  readonly version: string
  readonly startedAt: Date
  /** Why workers can be given no CPU quota, or null; null as well where none is wanted. */
  readonly quotaProblem: string | null
  /** By level number. */
  readonly lacks: ReadonlyMap<number, Lack>
}

/** A level's own number where it gives one; of one that takes what is asked, that, else by the formula for `auto`; else 1. */
export function workersOf(level: Level, asked: number, cores: number, memoryBytes: number): number {
  if (typeof level.workers === 'number') return level.workers
  if (asked > 0 && takesWorkers(level)) return asked
  return level.workers === 'auto' ? autoWorkers(cores, memoryBytes) : 1
}

/** The machine's cores, split between generator and service. @throws UserError as `splitCores` does */
export function affinityOn(
  { cores, canPin }: Pick<Surroundings, 'cores' | 'canPin'>,
  option: Settings['affinity'],
): Affinity {
  return splitCores(cores.allowed, option, canPin)
}

/** Cores' worth of CPU time that the generator leaves to the service. */
export function serviceCoresOf(split: Affinity['split'], cores: Cores): number {
  return Math.min(split?.service.length ?? cores.allowed.length, usableCores(cores))
}

export function memoryOf({ memoryLimitBytes, memoryBytes }: Cores): number {
  return memoryLimitBytes ?? memoryBytes
}

/**
 * Everything that a run will do, decided before it does anything. Pure.
 * @throws UserError where this machine does not let the load generators open what they are to
 * @param workerCounts with which each level is run; 0: as the level says
 */
export function planRun(
  reading: ReadPlan,
  id: string,
  around: Surroundings,
  workerCounts: readonly number[] = [reading.configuration.settings.workers],
): RunPlan & { readonly affinity: Affinity } {
  const { settings } = reading.configuration
  const affinity = affinityOn(around, settings.affinity)
  const serviceCores = serviceCoresOf(affinity.split, around.cores)
  const memoryBytes = memoryOf(around.cores)
  const plannedLevels: PlannedLevel[] =
    settings.target === null
      ? reading.levels.flatMap((entry) => {
          const each = workerCounts.map((asked) => workersOf(entry.level, asked, serviceCores, memoryBytes))
          const counts = [...new Set(each)].sort((a, b) => a - b)
          const skip = around.lacks.get(entry.level.number) ?? null
          return counts.map((workers) => planLevel(entry, workers, skip, counts.length > 1))
        })
      : [planTarget(settings.target)]
  const { cpus: workerCpus, reason } = chooseWorkerCpus({
    option: settings.target === null ? settings.workerCpus : 'off',
    workers: Math.max(0, ...plannedLevels.map(({ skip, workers }) => (skip ? 0 : workers))),
    serviceCores,
    isApart: affinity.split !== null,
    generators: settings.generators,
    problem: around.quotaProblem,
  })
  const scenarios = plannedScenarios(reading)
  const opened = openingsOf(scenarios, settings, around.limits)
  const groups = measurementOrder(
    plannedLevels.map(({ info }) => info.key),
    scenarios.map(({ info }) => info.name),
    settings.repeats,
    randomOf(settings.seed),
  )
  const run: Run = {
    ...beginRecord(Run, {
      tool: { name: 'rungs', version: around.version },
      id,
      startedAt: around.startedAt.toISOString(),
      machine: around.machine,
      warnings: [
        ...warningsOf(plannedLevels, affinity, workerCpus === null ? serviceCores : null, settings.warmup),
        ...(reason === null ? [] : [reason]),
        ...opened,
      ],
    }),
    git: around.git,
    settings: {
      durationSeconds: settings.duration,
      warmupSeconds: settings.warmup,
      connections: settings.connections,
      timeoutSeconds: settings.timeout,
      repeats: settings.repeats,
      latency: latencyFor(plannedLevels, settings),
      generators: settings.generators,
      affinity: affinity.split && {
        generator: [...affinity.split.generator],
        service: [...affinity.split.service],
      },
      workerCpus,
      seed: settings.seed,
    },
    levels: plannedLevels.map(({ info }) => info),
    scenarios: scenarios.map(({ info }) => info),
    plan: groups.flatMap(({ level, repeat, scenarios: names }) =>
      names.map((scenario) => ({ level, scenario, repeat })),
    ),
    cells: [],
  }
  return { run, levels: plannedLevels, scenarios, groups, affinity }
}

/** Scenarios as they are loaded, and what they are judged by. */
export function plannedScenarios({
  configuration,
  scenarios,
}: Pick<ReadPlan, 'configuration' | 'scenarios'>): PlannedScenario[] {
  return scenarios.map(({ scenario, source, rows }) => ({
    scenario,
    slos: slosOf(scenario, configuration),
    ...(rows ? { rows } : {}),
    info: { name: scenario.name, title: scenario.title, source, ...loadOf(scenario, configuration) },
  }))
}

/** Warnings of what may be too much to open. @throws UserError for what surely is */
function openingsOf(
  scenarios: readonly PlannedScenario[],
  { generators, latency, maxConnections }: Settings,
  limits: GeneratorLimits | undefined,
): string[] {
  if (!limits) return []
  const connections = Math.max(0, ...scenarios.map(({ info }) => info.connections))
  const most = latency === 'on' ? maxConnections : 0
  const { problems, warnings } = tooMuchToOpen({ connections, maxConnections: most, generators }, limits)
  if (problems.length > 0) throw new UserError(problems)
  return warnings
}

/** The capacity of one level is the lowest and its own. */
function latencyFor(levels: readonly PlannedLevel[], settings: Settings): Run['settings']['latency'] {
  const latency = latencyOf(settings)
  if (latency && levels.filter(({ skip }) => skip === null).length < 2) delete latency.shareOf
  return latency
}

/** @param isOneOfSeveral numbers of workers that the level is run with */
export function planLevel(
  { level, source, baseDir, backend }: LevelEntry,
  workers: number,
  skip: Lack | null = null,
  isOneOfSeveral = false,
): PlannedLevel {
  const { number, name, title } = level
  const info = {
    key: isOneOfSeveral ? `${number}x${workers}` : String(number),
    number,
    name,
    title,
    source,
    workers,
    bootSeconds: null,
    services: [],
    ...(backend ? { backend } : {}),
    ...(level.processes.some(({ elsewhere }) => elsewhere) ? { elsewhere: true } : {}),
  }
  return { info, level, baseDir, workers, skip }
}

/** A level outside a run, with the workers that were asked for. */
export function planLevelAlone(
  entry: LevelEntry,
  asked: number,
  { cores }: Pick<Surroundings, 'cores'>,
  split: Affinity['split'] = null,
): PlannedLevel {
  return planLevel(entry, workersOf(entry.level, asked, serviceCoresOf(split, cores), memoryOf(cores)))
}

/** The CPU quota of its workers; no load is counted on. */
export function workerCpusAlone(
  { workers }: PlannedLevel,
  option: Settings['workerCpus'],
  { cores, quotaProblem: problem }: Surroundings,
): QuotaChoice {
  const serviceCores = usableCores(cores)
  return chooseWorkerCpus({ option, workers, serviceCores, isApart: true, generators: 0, problem })
}

/** A service that runs already. */
export function planTarget(url: string): PlannedLevel {
  const info = { key: 'target', number: null, name: 'target', title: url, source: url, workers: null }
  return {
    info: { ...info, bootSeconds: null, services: [] },
    level: null,
    baseDir: '.',
    workers: 1,
    skip: null,
  }
}

function warningsOf(
  levels: readonly PlannedLevel[],
  { split, reason }: Affinity,
  /** That the workers share; null where each has its share of them for its own. */
  cores: number | null,
  warmupSeconds: number,
): string[] {
  const warnings = split ? [] : [reason]
  if (warmupSeconds * WARM_UP_LIMIT < SECONDS_TO_TELL) {
    warnings.push(`a warm-up of ${warmupSeconds} s is too short to tell whether throughput had become steady`)
  }
  const most = Math.max(...levels.map(({ info }) => info.workers ?? 0))
  if (cores !== null && most > cores) {
    warnings.push(
      `up to ${most} workers share ${plural(cores, 'core')} here, so this run cannot show what they would give with a core each`,
    )
  }
  return warnings
}
