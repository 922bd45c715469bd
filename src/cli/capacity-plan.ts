import { type ReadPlan, readPlan } from '../catalog/read-plan.js'
import { ratePerSecond } from '../config/load-parsers.js'
import { type Parser, percentage, wholeNumber } from '../config/parsers.js'
import { lowestRate } from '../ladder/probe-length.js'
import { CAPACITY_VERSION, type CapacityResult, type SearchPlan } from '../model/capacity.js'
import { collecting, UserError } from '../model/errors.js'
import type { CapacityPlan } from '../runner/capacity-run.js'
import { runId } from '../runner/run-file.js'
import { searchedDefaults, searchedEnv } from './capacity-settings.js'
import type { Invocation } from './invocation.js'
import { planRun, type Surroundings } from './plan-run.js'
import { randomSeed } from './random-seed.js'

const DEFAULTS = { highest: 1_000_000, resolution: 0.03, mostProbes: 16 }

export interface CapacityReading {
  readonly plan: ReadPlan
  readonly search: Omit<SearchPlan, 'lowest'> & {
    readonly lowest: number | null
    readonly isStartGiven: boolean
  }
}

/**
 * What is to be searched, from flags, environment and configuration.
 * @throws UserError with all that is wrong
 */
export async function readCapacity({ flags, env, cwd }: Invocation): Promise<CapacityReading> {
  const problems: string[] = []
  const { start, lowest, highest, resolution, probes, ...runFlags } = flags
  const read = <T>(flag: string, text: string | undefined, parse: Parser<T>): T | null => {
    if (text === undefined) return null
    const parsed = parse(text)
    if ('value' in parsed) return parsed.value
    problems.push(`${flag} ${text}: ${parsed.problem}`)
    return null
  }
  const given = {
    start: read('--start', start, ratePerSecond),
    lowest: read('--lowest', lowest, ratePerSecond),
    highest: read('--highest', highest, ratePerSecond) ?? DEFAULTS.highest,
    resolution:
      read('--resolution', resolution, percentage({ max: 1, example: '3%' })) ?? DEFAULTS.resolution,
    mostProbes:
      read('--probes', probes, wholeNumber({ min: 3, max: 100, example: DEFAULTS.mostProbes })) ??
      DEFAULTS.mostProbes,
  }
  const plan = await collecting(problems, () => planOf(runFlags, env, cwd))
  if (plan === null) throw new UserError(problems)
  const { length } = plan.levels
  if (length > 1) problems.push(`--level: a search is made at one level; name one of the ${length}`)
  const { scenarios, configuration } = plan
  if (scenarios.length !== 1) problems.push('--scenario: a search is made of one scenario; name one')
  for (const { rule, metric } of configuration.settings.slo) {
    if (metric === 'throughput')
      problems.push(`--slo ${rule}: the rate is what is searched; give a latency, errors or availability`)
  }
  if (given.lowest !== null && given.lowest > given.highest)
    problems.push(`--lowest ${given.lowest}: must not be above the highest rate, ${given.highest}`)
  if (problems.length > 0) throw new UserError(problems)
  const first = given.start ?? given.lowest ?? 1
  return { plan, search: { ...given, start: first, isStartGiven: given.start !== null } }
}

function planOf(flags: Invocation['flags'], env: NodeJS.ProcessEnv, cwd: string): Promise<ReadPlan> {
  return readPlan({
    flags,
    env: searchedEnv(env),
    cwd,
    configFile: flags.config,
    randomSeed: randomSeed(),
    defaultsOf: (config) => ({
      ...searchedDefaults(config?.defaults ?? {}),
      scenario: config?.scenarios?.[0]?.name ?? 'simple',
      repeats: 1,
    }),
  })
}

/**
 * Everything that a search will do, decided before it does anything.
 * @throws UserError where the level lacks something here
 */
export function planCapacity(
  { plan, search: { isStartGiven, ...search } }: CapacityReading,
  around: Surroundings,
): CapacityPlan & Pick<ReturnType<typeof planRun>, 'affinity'> {
  const [wanted] = plan.scenarios
  const slug = `capacity-${plan.levels[0] ? `level-${plan.levels[0].level.number}` : 'target'}-${wanted?.scenario.name}`
  const { run, levels, scenarios, affinity } = planRun(plan, runId(around.startedAt, slug), around)
  const [level, scenario] = [levels[0], scenarios[0]]
  if (!level || !scenario) throw new Error('a search needs a level and a scenario')
  if (level.skip) {
    const fix = level.skip.fix === null ? '' : `; get it with: ${level.skip.fix}`
    throw new UserError(
      `level ${level.info.key} (${level.info.name}) cannot run here: ${level.skip.reason}${fix}`,
    )
  }
  const lowest = search.lowest ?? Math.min(search.highest, Number(lowestRate(scenario.slos).toPrecision(3)))
  const start = Math.min(search.highest, Math.max(lowest, search.start))
  const { id, startedAt, git, machine, tool, settings, warnings } = run
  const result: CapacityResult = {
    schemaVersion: CAPACITY_VERSION,
    ...{ tool, id, startedAt, finishedAt: null, state: 'running', git, machine, settings },
    level: level.info,
    scenario: scenario.info,
    slo: scenario.slos.map(({ rule }) => rule),
    search: { ...search, start, lowest },
    probes: [],
    verdict: null,
    knee: null,
    warnings: [...warnings],
  }
  return { result, level, scenario, start: isStartGiven ? start : null, affinity }
}
