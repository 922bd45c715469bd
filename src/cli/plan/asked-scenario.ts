import type { Run } from '../../model/run/run.js'
import type { CapacityResult } from '../../model/studies/capacity.js'

/** Of the reference service: what every level serves. */
const USUAL = 'simple'

/** The scenario that results are asked about: as named, else `simple` where it was measured, else the first of the newest. */
export function askedScenario(
  named: string | null,
  runs: readonly Pick<Run, 'startedAt' | 'scenarios'>[],
  capacities: readonly Pick<CapacityResult, 'startedAt' | 'scenario'>[] = [],
): string {
  if (named !== null) return named
  const measured = [
    ...runs.map(({ startedAt, scenarios }) => ({ startedAt, names: scenarios.map(({ name }) => name) })),
    ...capacities.map(({ startedAt, scenario }) => ({ startedAt, names: [scenario.name] })),
  ].filter(({ names }) => names.length > 0)
  if (measured.some(({ names }) => names.includes(USUAL))) return USUAL
  const newest = measured.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1)).at(-1)
  return newest?.names[0] ?? USUAL
}
