import { workerCpusText } from '../../figures/comparable.js'
import { compareLevels, levelText } from '../../figures/level-ref.js'
import type { Run } from '../../model/run/run.js'
import { median } from '../../stats/estimate/intervals.js'
import * as format from '../../words/format.js'
import type { Finding } from './finding.js'
import { type CellView, cellText } from './findings-view.js'

/** Of what the workers' number promises: from here on scaling is near-linear. */
const NEAR_LINEAR = 0.8

/**
 * How throughput grows with the workers, against the lowest level with fewer of them on the same scenario. A worker
 * without a core of its own promises nothing, so no more workers count than the service has cores; but those with a CPU quota do,
 * as workers on small cores would.
 */
export function scalingFindings(run: Run, views: readonly CellView[]): Finding[] {
  const sorted = views
    .filter(({ level, capacity }) => level.workers !== null && capacity.length > 0)
    .sort((a, b) => compareLevels(a.level, b.level))
  return sorted.flatMap((view) => {
    const base = sorted.find(
      (other) =>
        other.scenario === view.scenario &&
        (other.level.workers ?? 0) < (view.level.workers ?? 0) &&
        compareLevels(other.level, view.level) < 0,
    )
    return base ? scalingOf(view, base, run.settings.affinity === null) : []
  })
}

function scalingOf(view: CellView, base: CellView, sharedCores: boolean): Finding[] {
  const effective = ({ level, serviceCores, workerCpus }: CellView) =>
    workerCpus === null ? Math.min(level.workers ?? 1, serviceCores) : (level.workers ?? 1)
  const ideal = effective(view) / effective(base)
  const [mine, theirs] = [throughputs(view), throughputs(base)]
  const [top, low] = [median(mine), median(theirs)]
  // Generator and service on the same cores: a lack of scaling may be the generator's doing.
  if (sharedCores || ideal <= 1 || top === null || !low || Math.min(...theirs) <= 0) return []
  const repeated = mine.length > 1 && theirs.length > 1
  const ratio = top / low
  const worst = repeated ? Math.min(...mine) / Math.max(...theirs) : ratio
  const best = repeated ? Math.max(...mine) / Math.min(...theirs) : ratio
  const where =
    view.workerCpus === null
      ? `on ${format.plural(view.serviceCores, 'core')}`
      : `with ${workerCpusText(view)} each`
  const names = `${format.ratio(ratio)} ${levelText(base.level)}`
  const spread = repeated ? ` (${format.ratio(worst)} to ${format.ratio(best)} over the repeats)` : ''
  const evidence = `${cellText(view)}: ${names}${spread}, of ${format.ratio(ideal)} that ${format.plural(view.level.workers ?? 1, 'worker')} ${where} promise`
  const [severity, how] =
    worst >= NEAR_LINEAR * ideal
      ? (['good', 'scales nearly with its workers'] as const)
      : best < NEAR_LINEAR * ideal
        ? (['warning', 'scales less than its workers'] as const)
        : (['note', 'may or may not scale with its workers: its repeats lie on both sides'] as const)
  return [
    {
      severity,
      sentence: `On ${view.scenario}, ${levelText(view.level)} ${how}.`,
      evidence: [evidence],
      cells: [base, view].map(({ level, scenario }) => ({ level: level.key, scenario })),
    },
  ]
}

function throughputs({ capacity }: CellView): number[] {
  return capacity.map(({ summary }) => summary.throughput)
}
