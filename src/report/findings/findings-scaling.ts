import { workerCpusText } from '../../figures/comparable.js'
import { compareLevels, levelText } from '../../figures/level-ref.js'
import { ratioOf } from '../../figures/speed-up.js'
import type { Run } from '../../model/run/run.js'
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
    .filter(({ level, throughput }) => level.workers !== null && throughput !== null)
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
  const ratio = view.throughput && base.throughput && ratioOf(view.throughput, base.throughput)
  // Generator and service on the same cores: a lack of scaling may be the generator's doing.
  if (sharedCores || ideal <= 1 || !ratio) return []
  const { low: worst, high: best } = ratio.range ?? { low: ratio.value, high: ratio.value }
  const where =
    view.workerCpus === null
      ? `on ${format.plural(view.serviceCores, 'core')}`
      : `with ${workerCpusText(view)} each`
  const names = `${format.ratio(ratio.value)} ${levelText(base.level)}`
  const spread = ratio.range ? ` (${format.ratio(worst)} to ${format.ratio(best)} over the repeats)` : ''
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
