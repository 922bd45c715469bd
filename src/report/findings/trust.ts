import { isValid } from '../../figures/cell-figures.js'
import { affinityText, workerCpusText } from '../../figures/comparable.js'
import * as format from '../../words/format.js'
import type { ReportModel } from './report-model.js'

/** What speaks for or against the figures as a whole, a clause each; the cautions say what follows from it. */
export function trustTexts(model: ReportModel): string[] {
  const measured = model.rows.flatMap(({ measured }) => (measured === null ? [] : [measured]))
  if (measured.length === 0 || model.settings === null) return []
  const phases = measured.flatMap(({ phases }) => phases)
  const validPhases = phases.filter(({ validity }) => validity.state === 'valid').length
  const repeats = [...new Set(measured.map(({ repeats }) => repeats.length))].sort((a, b) => a - b)
  const { workerCpus } = model.settings
  return [
    `${model.rows.filter(isValid).length} of ${format.plural(model.rows.length, 'capacity', 'capacities')} valid`,
    ...(phases.length === 0
      ? []
      : [`${validPhases} of ${format.plural(phases.length, 'latency', 'latencies')} valid`]),
    repeats.length === 1
      ? format.plural(repeats[0] ?? 0, 'repeat')
      : `${repeats[0]} to ${repeats.at(-1)} repeats`,
    affinityText(model.settings) ?? 'generator and service shared cores',
    ...(workerCpus ? [`each worker had ${workerCpusText(model.settings)}`] : []),
    model.calibration === null
      ? 'the instrument was not calibrated here'
      : 'the instrument was calibrated here',
  ]
}
