import { isValid } from '../../figures/cell-figures.js'
import { coreList, workerCpusText } from '../../figures/comparable.js'
import * as format from '../../words/format.js'
import type { ReportModel } from './report-model.js'

/** What speaks for or against the figures as a whole, a clause each; the cautions say what follows from it. */
export function trustTexts(model: ReportModel): string[] {
  const measured = model.rows.flatMap(({ measured }) => (measured === null ? [] : [measured]))
  if (measured.length === 0 || model.settings === null) return []
  const phases = measured.flatMap(({ phases }) => phases)
  const validPhases = phases.filter(({ validity }) => validity.state === 'valid').length
  const repeats = [...new Set(measured.map(({ repeats }) => repeats.length))].sort((a, b) => a - b)
  const { affinity, workerCpus } = model.settings
  return [
    `${model.rows.filter(isValid).length} of ${format.plural(model.rows.length, 'capacity', 'capacities')} valid`,
    ...(phases.length === 0
      ? []
      : [`${validPhases} of ${format.plural(phases.length, 'latency', 'latencies')} valid`]),
    repeats.length === 1
      ? format.plural(repeats[0] ?? 0, 'repeat')
      : `${repeats[0]} to ${repeats.at(-1)} repeats`,
    affinity === null
      ? 'generator and service shared cores'
      : `generator on ${coreList(affinity.generator)}, service on ${coreList(affinity.service)}`,
    ...(workerCpus ? [`each worker had ${workerCpusText(model.settings)}`] : []),
    model.calibration === null
      ? 'the instrument was not calibrated here'
      : 'the instrument was calibrated here',
  ]
}
