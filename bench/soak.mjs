// A long open loop: whether the generator's memory grows, and how large the result becomes. Goals: less than 1 MB a minute
// after the first one, and a result of less than 2 MB.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createOpenLoop } from '../dist/src/engine/open/open-loop.js'
import { theilSen } from '../dist/src/stats/estimate/theil-sen.js'
import { plainPlan, steadyPlan } from './plans.mjs'
import { startBare } from './servers.mjs'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '128' },
  },
})
const rate = Number(values.rate)
const seconds = Number(values.minutes) * 60

const SAMPLE_MS = 5_000
const WARM_MINUTES = 1
const MB = 1e6
const PAGE_BYTES = Number(execFileSync('getconf', ['PAGESIZE']))

const server = await startBare()
try {
  await soak()
} finally {
  await server.stop()
}

async function soak() {
  const memory = []
  let sampler
  const { connections } = values
  const step = { path: '/', expect: { json: { status: 'ok' } } }
  const plan = steadyPlan(plainPlan(server.url, step), { arrival: 'poisson', rate, seconds, connections })
  const sample = await createOpenLoop()
    .run(plan, {
      signal: new AbortController().signal,
      env: {},
      async beforeStart() {
        const pid = generatorPid()
        const startedAt = performance.now()
        const take = () => memory.push([(performance.now() - startedAt) / 60_000, rssBytes(pid) / MB])
        take()
        sampler = setInterval(take, SAMPLE_MS)
      },
      // The process ends soon after its last second.
      onTick({ elapsedSeconds }) {
        if (elapsedSeconds >= Math.floor(seconds)) clearInterval(sampler)
      },
    })
    .finally(() => clearInterval(sampler))

  const { counts, intervals } = sample
  console.log(
    `${counts.sent} sent in ${intervals.length} s, ${counts.sent - counts.ok} of them not as expected`,
  )
  const rss = memory.map(([, mb]) => mb)
  console.log(
    `generator's memory: ${rss[0].toFixed(1)} MB at first, ${rss.at(-1).toFixed(1)} MB at last, ${Math.max(...rss).toFixed(1)} MB at most`,
  )
  const warm = memory.filter(([minute]) => minute >= WARM_MINUTES)
  const trend = theilSen(warm)
  console.log(
    trend
      ? `growth after the first minute: ${trend.slope.toFixed(3)} MB a minute (95 % interval ${trend.low.toFixed(3)} to ${trend.high.toFixed(3)}, ${warm.length} readings)`
      : `growth after the first minute: too short to tell (${warm.length} readings)`,
  )
  console.log(`result: ${(Buffer.byteLength(JSON.stringify(sample)) / MB).toFixed(3)} MB`)
}

/** The one child of this process that is not the server. */
function generatorPid() {
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOurChild(Number(name)))
  if (others.length !== 1) throw new Error(`expected one generator process, found ${others.length}`)
  return Number(others[0])
}

function isOurChild(pid) {
  if (pid === server.pid) return false
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]) === process.pid
  } catch (error) {
    // It ended in the meantime.
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return false
    throw error
  }
}

function rssBytes(pid) {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES
}
