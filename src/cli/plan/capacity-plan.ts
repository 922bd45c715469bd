import type { ReadPlan } from '../../catalog/read-plan.js'
import { lowestRate } from '../../ladder/probe-length.js'
import { beginRecord } from '../../model/run/record.js'
import { CapacityResult, type SearchPlan } from '../../model/studies/capacity.js'
import { runId } from '../../records/write-record.js'
import type { CapacityPlan } from '../../runner/studies/capacity-run.js'
import { UserError } from '../../words/errors.js'
import type { Invocation } from '../terminal/invocation.js'
import { planRun, type Surroundings } from './plan-run.js'
import { readSearch, soleOf } from './search-reading.js'
import { UNUSED_BY_CAPACITY } from './search-settings.js'

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
  const { plan, choices } = await readSearch(
    { flags, env, cwd, output },
    { command: 'capacity', unused: UNUSED_BY_CAPACITY, problems },
  )
  const { probes: mostProbes, ...given } = choices
  const { configuration } = plan
  for (const { rule, metric } of configuration.settings.slo) {
    if (metric === 'throughput')
      problems.push(`--slo ${rule}: the rate is what is searched; give a latency, errors or availability`)
  }
  if (given.lowest !== null && given.lowest > given.highest)
    problems.push(`--lowest ${given.lowest}: must not be above the highest rate, ${given.highest}`)
  if (problems.length > 0) throw new UserError(problems)
  const start = given.start ?? given.lowest ?? 1
  return { plan, search: { ...given, mostProbes, start, isStartGiven: given.start !== null } }
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
