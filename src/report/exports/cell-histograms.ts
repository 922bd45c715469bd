import type { LadderRow } from '../../figures/ladder.js'
import type { Run } from '../../model/run/run.js'
import { type Histogram, mergeHistograms } from '../../stats/estimate/histogram.js'

/**
 * The times of a phase of a row, the repeats' histograms added up: closed loop, service time at full load; open loop,
 * latency. Null where there are none.
 * @throws Error when a histogram cannot be decoded
 */
export function phaseHistogram(
  runs: readonly Run[],
  { runId, level, scenario }: LadderRow,
  phase: 'capacity' | 'latency',
  repeats: readonly number[],
): Histogram | null {
  const cells = runs.find(({ id }) => id === runId)?.cells ?? []
  const encoded = cells.flatMap((cell) => {
    const isOurs = cell.level === level.key && cell.scenario === scenario && repeats.includes(cell.repeat)
    if (!isOurs || cell.outcome.state !== 'completed') return []
    const { sample, latency } = cell.outcome
    return phase === 'capacity' ? [sample.histogram] : latency ? [latency.sample.histogram] : []
  })
  const merged = mergeHistograms(encoded)
  return merged.totalCount === 0 ? null : merged
}
