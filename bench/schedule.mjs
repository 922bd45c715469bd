// How exactly the open loop keeps its schedule: what was sent against the plan, how late, and how evenly the requests
// came by the server's own clock. Goals: every request sent, and no burst at the seam of two seconds.
import { parseArgs } from 'node:util'
import { createOpenLoop } from '../dist/src/engine/open/open-loop.js'
import { decodeHistogram, percentiles } from '../dist/src/stats/estimate/histogram.js'
import { plainPlan, steadyPlan } from './plans.mjs'
import { start } from './servers.mjs'

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '100,1000,5000' },
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '128' },
  },
})

const WINDOW_MS = 10

/** Notes when each request comes; `/times` gives those so far, in ms, and begins anew. */
const SERVER = `
  let times = []
  require('node:http')
    .createServer((request, response) => {
      if (request.url === '/times') {
        response.end(JSON.stringify(times))
        times = []
        return
      }
      if (request.url === '/load') times.push(performance.now())
      response.end('ok')
    })
    .listen(Number(process.env.PORT), '127.0.0.1')
`

const server = await start(['-e', SERVER], {})
try {
  for (const rate of values.rates.split(',').map(Number)) await measure(rate, Number(values.seconds))
} finally {
  await server.stop()
}

async function measure(rate, seconds) {
  const times = () => fetch(`${server.url}/times`).then((response) => response.json())
  const { connections } = values
  const load = { arrival: 'uniform', rate, seconds, connections }
  const plan = steadyPlan(plainPlan(server.url, { path: '/load' }), load)
  const sample = await createOpenLoop().run(plan, {
    signal: new AbortController().signal,
    env: {},
    beforeStart: times,
  })
  const came = await times()
  const { sent } = sample.counts
  console.log(`${rate}/s for ${seconds} s: ${sent} sent of ${rate * seconds} planned, ${came.length} came`)
  console.log(`  send lag ${lagOf(sample.open.lagHistogram)}`)
  console.log(`  own lag  ${lagOf(sample.open.ownLagHistogram)}`)
  const most = mostInWindow(came)
  const planned = (rate * WINDOW_MS) / 1_000
  console.log(`  most in any ${WINDOW_MS} ms, by the server's clock: ${most} where ${planned} are planned`)
  const seams = seamShare(came, rate, seconds)
  console.log(
    `  came within ${WINDOW_MS / 2} ms of a second's seam: ${seams.came} where ${seams.planned} are planned`,
  )
}

function lagOf(encoded) {
  const { p50Us, p99Us, p999Us, maxUs } = percentiles(decodeHistogram(encoded))
  return `p50 ${p50Us} µs, p99 ${p99Us} µs, p99.9 ${p999Us} µs, max ${maxUs} µs`
}

function mostInWindow(times) {
  let most = 0
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[last] - times[first] >= WINDOW_MS) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

/** The schedule began half a gap before its first request, which the second half of the load tells best: by its median. */
function seamShare(times, rate, seconds) {
  const offsets = times.map((at, k) => at - ((k + 0.5) / rate) * 1_000).sort((a, b) => a - b)
  const begin = offsets[Math.floor(offsets.length / 2)] ?? 0
  const fromSeam = times.map((at) => (at - begin) / 1_000).map((at) => Math.abs(at - Math.round(at)))
  return {
    came: fromSeam.filter((distance) => distance < WINDOW_MS / 2_000).length,
    planned: Math.round(((rate * WINDOW_MS) / 1_000) * seconds),
  }
}
