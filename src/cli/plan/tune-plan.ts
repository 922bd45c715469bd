import type { ReadPlan } from '../../catalog/read-plan.js'
import type { TuneChoices } from '../../config/commands/tune.js'
import { candidatesOf } from '../../ladder/candidates.js'
import { expectedTuneSeconds } from '../../ladder/tune-step.js'
import { autoWorkers } from '../../launch/machine/cores.js'
import type { Level } from '../../model/plan/level.js'
import { takesWorkers } from '../../model/plan/takes-workers.js'
import { beginRecord } from '../../model/run/record.js'
import { GATE_DEFAULTS } from '../../model/studies/gate-defaults.js'
import { type TuneCandidate, TuneResult } from '../../model/studies/tune.js'
import { runId } from '../../records/write-record.js'
import type { PlannedLevel } from '../../runner/cell/booted.js'
import type { TuneRunPlan } from '../../runner/studies/tune-run.js'
import { UserError } from '../../words/errors.js'
import type { Invocation } from '../terminal/invocation.js'
import { memoryOf, planRun, type Surroundings, serviceCoresOf } from './plan-run.js'
import { readSearch, soleOf } from './search-reading.js'
import { TUNE_DEFAULTS, UNUSED_BY_TUNE } from './search-settings.js'

/** A measurement of the final comparison is so many times as long as one of the first round. */
const PAIR_LENGTH = 2

export interface TuneReading {
  readonly plan: ReadPlan
  readonly wish: TuneChoices
}

/**
 * What is to be tried, from flags, environment and configuration.
 * @throws UserError with all that is wrong
 */
export async function readTune({ flags, env, cwd, output }: Invocation): Promise<TuneReading> {
  const problems: string[] = []
  const { plan, choices: wish } = await readSearch(
    { flags: { ...flags, latency: 'off' }, env, cwd, output },
    {
      command: 'tune',
      unused: UNUSED_BY_TUNE,
      own: { durationSeconds: TUNE_DEFAULTS.durationSeconds, warmupSeconds: TUNE_DEFAULTS.warmupSeconds },
      problems,
    },
  )
  const [entry] = plan.levels
  if (entry) problems.push(...cannotTune(entry.level, wish))
  if (problems.length > 0) throw new UserError(problems)
  return { plan, wish }
}

function cannotTune(level: Level, { workers, pools, poolEnv }: TuneChoices): string[] {
  const problems: string[] = []
  const variable = poolEnv ?? level.poolVariable
  const name = `level ${level.number} (${level.name})`
  if (!takesWorkers(level) && (workers !== null || !variable))
    problems.push(
      `--level: ${name} has ${(level.workers ?? 1) === 1 ? 'one worker' : `${level.workers} workers`} by its declaration; tune a level that takes WORKERS`,
    )
  if (pools !== null && !variable)
    problems.push(
      `--pools: ${name} names no variable for its workers' database connections; name it with --pool-env`,
    )
  return problems
}

/**
 * Everything that will be tried, decided before anything is.
 * @throws UserError where the level lacks something here, or the budget is too small for the first round
 */
export function planTune({ plan, wish }: TuneReading, around: Surroundings) {
  const slug = `tune-level-${plan.levels[0]?.level.number}-${plan.scenarios[0]?.scenario.name}`
  const planned = planRun(plan, runId(around.startedAt, slug), around)
  const { run, affinity } = planned
  const { level, scenario } = soleOf(planned)
  const cores = serviceCoresOf(affinity.split, around.cores)
  const poolVariable = wish.poolEnv ?? level.level?.poolVariable ?? null
  const fixed = level.level && !takesWorkers(level.level) ? Number(level.level.workers ?? 1) : null
  const candidates = candidatesOf({
    cores,
    formula: fixed ?? autoWorkers(cores, memoryOf(around.cores)),
    workers: fixed === null ? wish.workers : [fixed],
    poolBudget: poolVariable === null ? null : wish.poolBudget,
    pools: wish.pools,
  })
  const { git, settings } = run
  const firstSeconds = Math.max(1, Math.round(settings.durationSeconds))
  const result: TuneResult = {
    ...beginRecord(TuneResult, run),
    git,
    settings,
    level: level.info,
    scenario: scenario.info,
    plan: {
      firstSeconds,
      finalists: wish.finalists,
      pairs: wish.pairs,
      pairLoad: {
        ...GATE_DEFAULTS.load,
        connections: scenario.info.connections,
        warmupSeconds: Math.round(settings.warmupSeconds),
        slices: PAIR_LENGTH * firstSeconds,
        latencySeconds: TUNE_DEFAULTS.latencySeconds,
      },
      budgetSeconds: wish.budget,
      poolVariable,
    },
    candidates,
    measurements: [],
    pairs: [],
    verdict: null,
  }
  const expected = expectedTuneSeconds(result)
  const { budget: budgetSeconds } = wish
  if (budgetSeconds !== null && budgetSeconds < expected.firstRound)
    throw new UserError(
      `--budget ${budgetSeconds} s: one measurement of each of ${candidates.length} candidates takes about ${Math.ceil(expected.firstRound)} s, all rounds and the final comparison about ${Math.ceil(expected.all)} s; give as much, or name fewer with --workers and --pools`,
    )
  if (candidates.length < 2)
    throw new UserError('--workers: there is only one candidate; name several, such as 1,3,5')
  const plannedTune: TuneRunPlan = {
    result,
    scenario: { ...scenario, slos: [] },
    levelOf: (candidate) => startedAs(level, candidate, poolVariable),
  }
  return { ...plannedTune, affinity, expectedSeconds: expected.all }
}

/** The level with a candidate's workers and pool. */
function startedAs(
  planned: PlannedLevel,
  { workers, pool }: TuneCandidate,
  poolVariable: string | null,
): PlannedLevel {
  const { level } = planned
  const info = { ...planned.info, workers }
  if (!level || pool === null || poolVariable === null) return { ...planned, info, workers }
  const processes = level.processes.map((process) =>
    process.role === 'web' ? { ...process, env: { ...process.env, [poolVariable]: String(pool) } } : process,
  )
  return { ...planned, info, workers, level: { ...level, processes } }
}
