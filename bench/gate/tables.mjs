// Words and Markdown tables of the evaluation.
import { clopperPearson } from '../../dist/src/stats/estimate/proportions.js'

export function table(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

/** `99.7 % (98.2–100.0)`: a share with its Clopper–Pearson interval of 95 %; `–` of none. */
export function share(hits, trials) {
  if (trials === 0) return '–'
  const { low, high } = clopperPearson(hits, trials)
  const percent = (value) => (100 * value).toFixed(1)
  return `${percent(hits / trials)} % (${percent(low)}–${percent(high)})`
}

/** A log ratio as a slowdown: `+5.1 %`. */
export function slowdown(logRatio) {
  if (logRatio === null || logRatio === undefined) return '–'
  const value = 100 * Math.expm1(logRatio)
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)} %`
}

export function points(difference) {
  const value = 100 * difference
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
}
