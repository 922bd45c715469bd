import {
  type Configuration,
  type ConfigurationSources,
  gatherConfiguration,
} from '../config/read-configuration.js'
import { takesWorkers } from '../model/plan/takes-workers.js'
import { collecting, UserError } from '../words/errors.js'
import { chooseLevels, chooseScenarios } from './choose.js'
import { BUILT_IN, type LevelEntry, type ScenarioEntry } from './entries.js'
import { findLevels } from './find-levels.js'
import { findScenarios } from './find-scenarios.js'
import { withRows } from './scenario-data.js'
import { NOT_TOLD, type Told } from './told.js'

/** Where a plan is read from. */
export interface PlanSources extends ConfigurationSources {
  /** Told what reading takes, and of values that will hardly do what they should. */
  readonly told?: Told
}

/** What is to be measured, and how. */
export interface ReadPlan {
  readonly configuration: Configuration
  /** None when a `target` is set. */
  readonly levels: readonly LevelEntry[]
  readonly scenarios: readonly ScenarioEntry[]
}

/**
 * Flags, environment, configuration file and catalogue → what to measure.
 * @throws UserError with the problems of all of them together, one line each.
 */
export async function readPlan(from: PlanSources): Promise<ReadPlan> {
  const { problems, ...plan } = await gatherPlan(from)
  if (problems.length > 0) throw new UserError(problems)
  return plan
}

/**
 * As `readPlan`, with the problems of all of them in `problems`: for callers that have more to check.
 * @throws UserError where the configuration file itself is wrong
 */
export async function gatherPlan(
  from: PlanSources,
): Promise<ReadPlan & { readonly problems: readonly string[] }> {
  const configuration = await gatherConfiguration(from)
  // Of a wrong configuration file the own levels and scenarios are not known: any name may be one of them.
  if (configuration.broken) throw new UserError(configuration.problems)
  const problems = [...configuration.problems]
  const { settings, loaded } = configuration
  const levels =
    settings.target === null
      ? await collecting(problems, async () => chooseLevels(await findLevels(loaded), settings.level))
      : []
  const scenarios = await collecting(problems, async () =>
    withRows(
      await chooseScenarios(await findScenarios(loaded), settings.scenario, from.cwd),
      from.told ?? NOT_TOLD,
    ),
  )
  problems.push(
    ...withoutScenarios(configuration, levels ?? []),
    ...withoutWorkers(configuration, levels ?? []),
  )
  return { configuration, levels: levels ?? [], scenarios: scenarios ?? [], problems }
}

/** rungs' own scenarios ask for rungs' own endpoints: against a service of yours they would only measure 404s. */
function withoutScenarios({ loaded, settings }: Configuration, levels: readonly LevelEntry[]): string[] {
  const own = levels.some(({ source }) => source !== BUILT_IN)
  if (!own || loaded?.config.scenarios?.length || !settings.scenario.includes('all')) return []
  return [`${loaded?.name}: declares levels but no scenarios; add scenarios, or name some with --scenario`]
}

/** Of several levels, those that take no number of workers stay as they are; what is no flag is meant for those that do. */
function withoutWorkers({ settings, sources }: Configuration, levels: readonly LevelEntry[]): string[] {
  const isAsked = settings.workers > 0 && sources.workers === 'flag'
  if (!isAsked || levels.length === 0 || levels.some(({ level }) => takesWorkers(level))) return []
  const names = levels.map(({ level }) => `${level.number} (${level.name})`).join(', ')
  const one = levels.length === 1
  return [
    `--workers ${settings.workers}: level ${names} ${one ? 'has' : 'have'} no number of workers to be set; leave it out, or declare "workers": "auto" and start {workers} of them`,
  ]
}
