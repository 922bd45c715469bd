import type { LevelEntry } from '../catalog/entries.js'
import type { ReadPlan } from '../catalog/read-plan.js'
import { latencyOf } from '../config/latency-load.js'
import { loadOf, slosOf } from '../config/scenario-load.js'
import { type Affinity, splitCores } from '../launch/affinity.js'
import { autoWorkers, type Cores, readCores, usableCores } from '../launch/cores.js'
import type { Level } from '../model/level.js'
import type { Machine, Run } from '../model/run.js'
import { SCHEMA_VERSION } from '../model/run.js'
import type { PlannedLevel, PlannedScenario } from '../runner/booted.js'
import { measurementOrder } from '../runner/order.js'
import type { RunPlan } from '../runner/run-plan.js'
import { SECONDS_TO_TELL, WARM_UP_LIMIT } from '../runner/steady.js'
import { randomOf } from '../stats/random.js'
import type { Lack } from './level-availability.js'

/** What planning needs to know of the world. */
export interface Surroundings {
  readonly cores: Cores
  readonly canPin: boolean
  readonly machine: Machine
  readonly git: Run['git']
  readonly version: string
  readonly startedAt: Date
  /** By level number. */
  readonly lacks: ReadonlyMap<number, Lack>
}

/** A level's own number where it gives one, else what was asked for, else by the formula for `auto` and 1 without. */
export function workersOf(level: Level, asked: number, cores: number, memoryBytes: number): number {
  if (typeof level.workers === 'number') return level.workers
  if (asked > 0) return asked
  return level.workers === 'auto' ? autoWorkers(cores, memoryBytes) : 1
}

/** Cores' worth of CPU time that the generator leaves to the service. */
export function serviceCoresOf(split: Affinity['split'], cores: Cores): number {
  return Math.min(split?.service.length ?? cores.allowed.length, usableCores(cores))
}

/** Everything that a run will do, decided before it does anything. Pure. */
export function planRun(
  { configuration, levels, scenarios }: ReadPlan,
  id: string,
  around: Surroundings,
): RunPlan & { readonly affinity: Affinity } {
  const { settings } = configuration
  const affinity = splitCores(around.cores.allowed, settings.affinity, around.canPin)
  const serviceCores = serviceCoresOf(affinity.split, around.cores)
  const memoryBytes = around.cores.memoryLimitBytes ?? around.cores.memoryBytes
  const plannedLevels: PlannedLevel[] =
    settings.target === null
      ? levels.map((entry) => {
          const workers = workersOf(entry.level, settings.workers, serviceCores, memoryBytes)
          return planLevel(entry, workers, around.lacks.get(entry.level.number) ?? null)
        })
      : [planTarget(settings.target)]
  const plannedScenarios: PlannedScenario[] = scenarios.map(({ scenario, source, rows }) => ({
    scenario,
    slos: slosOf(scenario, configuration),
    ...(rows ? { rows } : {}),
    info: { name: scenario.name, title: scenario.title, source, ...loadOf(scenario, configuration) },
  }))
  const groups = measurementOrder(
    plannedLevels.map(({ info }) => info.key),
    plannedScenarios.map(({ info }) => info.name),
    settings.repeats,
    randomOf(settings.seed),
  )
  const run: Run = {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'rungs', version: around.version },
    id,
    startedAt: around.startedAt.toISOString(),
    finishedAt: null,
    state: 'running',
    git: around.git,
    machine: around.machine,
    settings: {
      durationSeconds: settings.duration,
      warmupSeconds: settings.warmup,
      connections: settings.connections,
      timeoutSeconds: settings.timeout,
      repeats: settings.repeats,
      latency: latencyOf(settings),
      generators: settings.generators,
      affinity: affinity.split && {
        generator: [...affinity.split.generator],
        service: [...affinity.split.service],
      },
      seed: settings.seed,
    },
    levels: plannedLevels.map(({ info }) => info),
    scenarios: plannedScenarios.map(({ info }) => info),
    plan: groups.flatMap(({ level, repeat, scenarios }) =>
      scenarios.map((scenario) => ({ level, scenario, repeat })),
    ),
    cells: [],
    warnings: warningsOf(plannedLevels, affinity, serviceCores, settings.warmup),
  }
  return { run, levels: plannedLevels, scenarios: plannedScenarios, groups, affinity }
}

export function planLevel(
  { level, source, baseDir, backend }: LevelEntry,
  workers: number,
  skip: Lack | null = null,
): PlannedLevel {
  const { number, name, title } = level
  const info = {
    ...{ key: String(number), number, name, title, source, workers, bootSeconds: null, services: [] },
    ...(backend ? { backend } : {}),
  }
  return { info, level, baseDir, workers, skip }
}

/** A level outside a run: with all the cores that rungs may use. */
export function planLevelAlone(entry: LevelEntry, askedWorkers: number): PlannedLevel {
  const cores = readCores()
  const memoryBytes = cores.memoryLimitBytes ?? cores.memoryBytes
  return planLevel(entry, workersOf(entry.level, askedWorkers, usableCores(cores), memoryBytes))
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
  cores: number,
  warmupSeconds: number,
): string[] {
  const warnings = split ? [] : [reason]
  if (warmupSeconds * WARM_UP_LIMIT < SECONDS_TO_TELL) {
    warnings.push(`a warm-up of ${warmupSeconds} s is too short to tell whether throughput had become steady`)
  }
  const most = Math.max(...levels.map(({ info }) => info.workers ?? 0))
  if (most > cores) {
    warnings.push(
      `up to ${most} workers share ${cores} ${cores === 1 ? 'core' : 'cores'} here, so this run cannot show what they would give with a core each`,
    )
  }
  return warnings
}
