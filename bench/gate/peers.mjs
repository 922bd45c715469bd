// Verdicts of other tools' rules on runs in which the arms were loaded in turn. All go by requests per second, which they
// compare upwards: the higher the better.
import { median } from '../../dist/src/stats/estimate/intervals.js'
import { mannWhitney, welch } from '../../dist/src/stats/estimate/two-samples.js'

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

function momentsOf(values) {
  const centre = mean(values)
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
  return { mean: centre, variance, n: values.length }
}

/** Each: whether it raises the alarm, of the figures of base and head. */
export const PEERS = {
  /** `biggerIsBetter`: previous ÷ current above `alert-threshold`; a run's figure is its mean. */
  'github-action-benchmark, 110 %': (base, head) => mean(base.seconds) / mean(head.seconds) > 1.1,
  /** Its default. */
  'github-action-benchmark, 200 %': (base, head) => mean(base.seconds) / mean(head.seconds) > 2,
  /** benchstat's default α = 0.05, two-sided; a run is one value. An alarm is a significant change for the worse. */
  'benchstat (Mann–Whitney, 5 %)': (base, head) => {
    const test = mannWhitney(head.runs, base.runs)
    return test !== null && test.p < 0.05 && median(head.runs) < median(base.runs)
  },
  /** compare.js of autocannon-compare 0.4: Welch's test of the seconds, rejected at 0.1, and more than 5 % apart. */
  'autocannon-compare (Welch, 10 %)': (base, head) => {
    const [a, b] = [momentsOf(head.seconds), momentsOf(base.seconds)]
    const test = welch(a, b)
    return test !== null && test.p < 0.1 && (a.mean - b.mean) / b.mean < -0.05
  },
}

/** Requests per second of an arm: of each second, and of each block as a run. */
export function figuresOf(blocks, arm) {
  const perBlock = blocks.flatMap(({ cells: [{ capacity }] }) =>
    capacity.dropped === null ? [capacity.slices.map((slice) => slice[arm].ok / slice.seconds)] : [],
  )
  return { seconds: perBlock.flat(), runs: perBlock.map(mean) }
}

/** Base and head from the same blocks: the arms were interleaved, which is more than these tools ask for. */
export function interleaved(blocks) {
  return [figuresOf(blocks, 'base'), figuresOf(blocks, 'head')]
}

/** Base from the first half, head from the second: one after the other, as they are used. */
export function oneAfterTheOther(blocks) {
  const half = Math.floor(blocks.length / 2)
  return [figuresOf(blocks.slice(0, half), 'base'), figuresOf(blocks.slice(half), 'head')]
}
