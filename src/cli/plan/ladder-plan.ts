import { ownOrBuiltIn } from '../../catalog/choose.js'
import { findLevels } from '../../catalog/find-levels.js'
import { type ReadPlan, readPlan } from '../../catalog/read-plan.js'
import { commandChoices, flagsOfRun } from '../../config/commands/tables.js'
import type { ConfigDefaults, RungsConfig } from '../../model/config.js'
import { beginRecord } from '../../model/run/record.js'
import { Ladder } from '../../model/studies/ladder.js'
import { runId } from '../../records/write-record.js'
import type { LadderPlan } from '../../runner/studies/ladder-run.js'
import { collecting, UserError } from '../../words/errors.js'
import type { Invocation } from '../terminal/invocation.js'
import { refuseNothingDue } from './nothing-due.js'
import { planRun, type Surroundings } from './plan-run.js'
import { randomSeed } from './random-seed.js'
import {
  defaultsWithout,
  envWithout,
  LADDER_DEFAULTS,
  LADDER_SCENARIOS,
  UNUSED_BY_LADDER,
} from './search-settings.js'

/** One worker, which speed-ups are of, and what each level takes by itself. */
const WORKER_COUNTS = [1, 0]

const DEFAULTS: ConfigDefaults = { level: 'all', workerCpus: 'auto', ...LADDER_DEFAULTS }

export interface LadderReading {
  readonly plan: ReadPlan
  /** 0: as the level says. */
  readonly workerCounts: readonly number[]
  readonly claims: NonNullable<Ladder['claims']>
}

/**
 * What is to be measured, from flags, environment and configuration.
 * @throws UserError with all that is wrong
 */
export async function readLadderPlan({ flags, env, cwd, output }: Invocation): Promise<LadderReading> {
  const problems: string[] = []
  const plan = await collecting(problems, () =>
    readPlan({
      flags: flagsOfRun('ladder', flags),
      env: envWithout(UNUSED_BY_LADDER, env),
      cwd,
      configFile: flags.config,
      randomSeed: randomSeed(),
      told: output,
      defaultsOf,
    }),
  )
  const loadedFile = plan?.configuration.loaded ?? null
  const { workers: counts } = commandChoices('ladder', { flags, env, loaded: loadedFile }, problems)
  if (plan === null || problems.length > 0) throw new UserError([...new Set(problems)])
  const { loaded } = plan.configuration
  const { workers: own } = loaded?.config.defaults ?? {}
  const claims = ownOrBuiltIn(await findLevels(loaded)).flatMap(({ level: { number, claims = [] } }) =>
    claims.map((claim) => ({ level: number, claim })),
  )
  return { plan, workerCounts: counts ?? (own ? [1, own] : WORKER_COUNTS), claims }
}

function defaultsOf(config: RungsConfig | null): ConfigDefaults {
  const own = defaultsWithout(UNUSED_BY_LADDER, config?.defaults ?? {})
  const scenario = config?.scenarios?.length ? 'all' : LADDER_SCENARIOS
  return { ...DEFAULTS, scenario, ...own }
}

/**
 * Everything that a ladder will do, decided before it does anything.
 * @throws UserError where nothing would be due at a rate
 */
export function planLadder(
  { plan, workerCounts, claims }: LadderReading,
  around: Surroundings,
): LadderPlan & Pick<ReturnType<typeof planRun>, 'affinity'> {
  const planned = planRun(plan, runId(around.startedAt, 'ladder'), around, workerCounts)
  // It finds its rates itself, before the run.
  delete planned.run.settings.latency?.shareOf
  const { settings, scenarios } = planned.run
  refuseNothingDue(settings, scenarios, null)
  const ladder: Ladder = {
    ...beginRecord(Ladder, { ...planned.run, warnings: [] }),
    share: settings.latency?.share ?? null,
    rates: [],
    boots: [],
    reloads: [],
    claims: [...claims],
  }
  return { ...planned, ladder }
}
