// Every load generator that is installed, in turn, on one bare node:http server: requests per generator CPU-second.
// The open loop of rungs runs at 0.7 of the first throughput of autocannon.

import { median, medianInterval } from '../dist/src/stats/estimate/intervals.js'
import { options, perCpuSecond, printMedians } from './compare.mjs'
import { ab, autocannon, hey, rungs, rungsOpen, wrk } from './generators.mjs'
import { startBare } from './servers.mjs'

const server = await startBare()
try {
  const { url } = server
  const { throughput } = await autocannon(url, options)
  const open = { ...options, connections: options.connections * 4, rate: Math.round(throughput * 0.7) }
  const generators = [
    ['rungs, closed loop', () => rungs(url, options)],
    ['rungs, open loop', () => rungsOpen(url, open)],
    ['autocannon', () => autocannon(url, options)],
    ['wrk', () => wrk(url, options)],
    ['hey', () => hey(url, options)],
    ['ab', () => ab(url, options)],
  ]
  const results = new Map(generators.map(([name]) => [name, []]))
  // The first round only warms up; every other one goes the other way round.
  for (let round = 0; round <= options.rounds; round++) {
    for (const [name, run] of round % 2 === 1 ? generators.toReversed() : generators) {
      const result = await run()
      if (round > 0 && result) results.get(name).push(result)
    }
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  const base = results.get('autocannon')
  for (const [name, own] of results) {
    if (own.length === 0) {
      console.log(`  ${name}: not installed`)
      continue
    }
    printMedians(name, own)
    const ratios = own.map((one, round) => perCpuSecond(one) / perCpuSecond(base[round]))
    const interval = medianInterval(ratios)
    const within = interval
      ? ` (95 % interval ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})`
      : ''
    console.log(`    ÷ autocannon's: ${median(ratios).toFixed(2)}${within}`)
  }
} finally {
  await server.stop()
}
