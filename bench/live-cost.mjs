// What following a run costs rungs' own process for each second of load: percentiles for the terminal, and the live
// page with as many pages open as are told. Build first; then: node bench/live-cost.mjs [PAGES]
import { spawn } from 'node:child_process'
import { LiveFeed } from '../dist/src/cli/live/live-feed.js'
import { serveLive } from '../dist/src/cli/live/live-server.js'
import { progressLines } from '../dist/src/cli/terminal/progress-lines.js'
import { RunState } from '../dist/src/cli/terminal/run-state.js'
import { paint } from '../dist/src/markup/paint.js'
import { createHistogram, encodeHistogram, record } from '../dist/src/stats/estimate/histogram.js'

const TICKS = 2_000
const WARM_UP = 500
const pages = Number(process.argv[2] ?? 1)

const ref = {
  level: { key: '2', number: 2, name: 'supervised' },
  scenario: 'simple',
  repeat: 1,
  index: 1,
  of: 5,
}
const histogram = createHistogram()
for (let i = 0; i < 20_000; i++)
  record(histogram, 300 + 40_000 * (((i * 2_654_435_761) >>> 0) / 4_294_967_296) ** 4)
const encoded = encodeHistogram(histogram)
const readings = ['nodes', 'postgres', 'nginx'].map((of) => ({ of, what: 'cpu', value: 0.4 }))

/** CPU time in µs of this process for each second of a load. */
async function costOf(listener, after = () => {}) {
  listener.onPhase(ref, 'latency', WARM_UP + TICKS, 1_000)
  let before = process.cpuUsage()
  for (let second = 1; second <= WARM_UP + TICKS; second++) {
    if (second === WARM_UP) before = process.cpuUsage()
    const tick = {
      elapsedSeconds: second,
      ok: 1_000 * second,
      errors: second,
      histograms: [encoded],
      busyShare: 0.4,
    }
    listener.onTick(ref, 'latency', tick)
    listener.onServer?.(ref, second, readings)
    after()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / TICKS
}

function say(what, us) {
  console.log(
    `${what.padEnd(44)} ${us.toFixed(0).padStart(6)} µs a second: ${(us / 1e4).toFixed(3)} % of a core`,
  )
}

const plain = new RunState({ cellSeconds: 10, readsTimes: false })
say('nobody looks (not a terminal)', await costOf(plain))

const terminal = new RunState({ cellSeconds: 10, readsTimes: true })
say(
  'a terminal',
  await costOf(terminal, () => progressLines(terminal.phase, terminal.secondsLeft(), 79, paint(true))),
)

const state = new RunState({ cellSeconds: 10, readsTimes: true })
const feed = new LiveFeed({ state, describeCell: () => '' })
const server = await serveLive(feed)
const reader = `require('http').get('${server.url}events', (response) => response.resume())`
const readers = Array.from({ length: pages }, () =>
  spawn(process.execPath, ['-e', reader], { stdio: 'ignore' }),
)
while (server.readers < pages) await new Promise((resolve) => setTimeout(resolve, 10))
const both = {
  onPhase: (...told) => [state.onPhase(...told), feed.onPhase(...told)],
  onTick: (...told) => [state.onTick(...told), feed.onTick(...told)],
  onServer: feed.onServer,
}
say(`a live page, ${pages} open`, await costOf(both))
await server.close('')
for (const one of readers) one.kill()
