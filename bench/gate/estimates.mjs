// The gate's estimate over all blocks of a case, against the truth of the quiet path.
import { differencesOf } from '../../dist/src/gate/block-figures.js'
import { caseOf } from './cases.mjs'
import { readTruths } from './data-files.mjs'
import { centreOf } from './quiet-path.mjs'
import { points, slowdown } from './tables.mjs'

/** Header and rows: one for each case and metric that has a truth, and the mean bias behind them. */
export function estimateRows(measured) {
  const header = [
    'case',
    'metric',
    'truth',
    'estimate (95 %)',
    'bias in points',
    'standard deviation of a block',
    'dropped',
  ]
  const biases = []
  const rows = measured.flatMap((one) => {
    const { settings } = one.batches.at(-1)
    const [scenario] = settings.scenarios
    return settings.metrics.map((metric) => {
      const all = differencesOf(one.blocks, scenario, metric, settings)
      const values = all.filter((each) => typeof each === 'number')
      const { estimate, low, high } = centreOf(values)
      const truth = truthOf(one.key, metric, settings)
      const bias = truth === null || estimate === null ? null : Math.expm1(estimate) - Math.expm1(truth)
      if (bias !== null && one.injection !== null) biases.push(bias)
      return [
        one.title,
        metric,
        slowdown(truth),
        estimate === null ? '–' : `${slowdown(estimate)} (${slowdown(low)} … ${slowdown(high)})`,
        bias === null ? '–' : points(bias),
        `${(100 * deviation(values)).toFixed(2)} %`,
        all.filter((each) => typeof each !== 'number').length,
      ]
    })
  })
  const mean = biases.reduce((sum, bias) => sum + bias, 0) / biases.length
  const last = biases.length === 0 ? [] : [['mean over the injections', '', '', '', points(mean), '', '']]
  return [header, [...rows, ...last]]
}

/**
 * Log ratio, null where unknown. CPU per request as it was measured; throughput of a service that its CPU limits is the
 * same; of an A/A both are 0. A wait is one of latency: no ratio of the quiet path is that of the duet.
 */
function truthOf(key, metric, { level, scenarios: [scenario] }) {
  const name = key.split('.')[0]
  const { injection } = caseOf(name)
  if (injection === null) return 0
  if (injection.kind === 'wait' || !['cpu', 'throughput'].includes(metric)) return null
  // What is beside does not change what the injection costs.
  const truths = readTruths(name.replace(/-busy$/, ''), level, scenario)
  // Within one process it is known more closely.
  const truth = truths.findLast(({ how }) => how === 'toggle') ?? truths.at(-1)
  return truth?.cpu.estimate ?? null
}

/** Header and rows: what the injections do on the quiet path. */
export function truthRows(truths) {
  const header = [
    'case',
    'measured',
    'CPU per request (95 %)',
    'base, µs',
    'p50, µs',
    'mean latency, µs',
    'memory, MiB',
  ]
  const added = (value, digits = 0) =>
    value === undefined ? '–' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`
  const rows = truths.map((truth) => [
    `${caseOf(truth.case).title}${truth.scenario === 'simple' ? '' : ` (${truth.scenario})`}`,
    truth.how === 'toggle'
      ? `on and off in turn, ${truth.cpu.n} times`
      : `alone, ${truth.cpu.n} processes each`,
    `${slowdown(truth.cpu.estimate)} (${slowdown(truth.cpu.low)} … ${slowdown(truth.cpu.high)})`,
    truth.baseCpuUs.toFixed(1),
    added(truth.addedP50Us),
    added(truth.addedMeanUs),
    added(truth.addedRssBytes === undefined ? undefined : truth.addedRssBytes / 2 ** 20, 1),
  ])
  return [header, rows]
}

function deviation(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}
