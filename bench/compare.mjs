// Two things measured in turn, A B B A A B B A …, so that a drift of the machine meets both alike.
import { parseArgs } from 'node:util'
import { median, medianInterval } from '../dist/src/stats/estimate/intervals.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '32' },
  },
})

/** From the command line: `--rounds`, `--seconds` of each measurement, `--connections`. */
export const options = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  connections: Number(values.connections),
}

/** Measures both once a round; the first round only warms up. Gives the results of the others, pairwise. */
export async function interleave(a, b) {
  const pairs = []
  for (let round = 0; round <= options.rounds; round++) {
    const swapped = round % 2 === 1
    const first = await (swapped ? b : a)()
    const second = await (swapped ? a : b)()
    if (round > 0) pairs.push(swapped ? [second, first] : [first, second])
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  return pairs
}

/** One line: the median of the pairs' ratio, its 95 % interval, and the range. */
export function printRatio(what, pairs, figure) {
  const ratios = pairs.map(([a, b]) => figure(a) / figure(b))
  const interval = medianInterval(ratios)
  const within = interval ? `95 % interval ${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}, ` : ''
  const range = `range ${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`
  console.log(`${what}: ${median(ratios).toFixed(3)} (${within}${range}, ${pairs.length} rounds)`)
}

export function printMedians(name, results) {
  const of = (figure) => median(results.map(figure))
  const throughput = Math.round(of(({ throughput }) => throughput)).toLocaleString('en')
  const cpu = Math.round(of(({ cpuShare }) => cpuShare) * 100)
  const perCpu = Math.round(of(perCpuSecond)).toLocaleString('en')
  console.log(
    `  ${name}: ${throughput} requests/s, generator at ${cpu} % of its core, ${perCpu} per generator CPU-second`,
  )
}

export function perCpuSecond({ throughput, cpuShare }) {
  return throughput / cpuShare
}
