import type { ReadPlan } from '../../catalog/read-plan.js'
import { ratePerSecond } from '../../config/load-parsers.js'
import { percentage, wholeNumber } from '../../config/parsers.js'
import { lowestRate } from '../../ladder/probe-length.js'
import { beginRecord } from '../../model/run/record.js'
import { CapacityResult, type SearchPlan } from '../../model/studies/capacity.js'
import { runId } from '../../records/write-record.js'
import type { CapacityPlan } from '../../runner/studies/capacity-run.js'
import { UserError } from '../../words/errors.js'
import type { Invocation } from '../terminal/invocation.js'
import { planRun, type Surroundings } from './plan-run.js'
import { flagReader, readSearch, soleOf } from './search-reading.js'
import { UNUSED_BY_CAPACITY } from './search-settings.js'

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
export async function readCapacity({ flags, env, cwd, output }: Invocation): Promise<CapacityReading> {
  const problems: string[] = []
  const { start, lowest, highest, resolution, probes, ...runFlags } = flags
  const read = flagReader(problems)
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
  const plan = await readSearch(
    { flags: runFlags, env, cwd, output },
    { unused: UNUSED_BY_CAPACITY, problems },
  )
  const { configuration } = plan
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
  const planned = planRun(plan, runId(around.startedAt, slug), around)
  const { run, affinity } = planned
  const { level, scenario } = soleOf(planned)
  const lowest = search.lowest ?? Math.min(search.highest, Number(lowestRate(scenario.slos).toPrecision(3)))
  const start = Math.min(search.highest, Math.max(lowest, search.start))
  const result: CapacityResult = {
    ...beginRecord(CapacityResult, run),
    git: run.git,
    settings: run.settings,
    level: level.info,
    scenario: scenario.info,
    slo: scenario.slos.map(({ rule }) => rule),
    search: { ...search, start, lowest },
    probes: [],
    verdict: null,
    knee: null,
  }
  return { result, level, scenario, start: isStartGiven ? start : null, affinity }
}
