// What users of the web notice of 1,000 CPU-heavy tasks in the queue: p99 of the simple endpoint at a steady rate, without
// tasks and with them in turn, on one boot. Goal: with tasks at most twice of that without.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createOpenLoop } from '../dist/src/engine/open/open-loop.js'
import { decodeHistogram, percentiles } from '../dist/src/stats/estimate/histogram.js'
import { median } from '../dist/src/stats/estimate/intervals.js'

const { values } = parseArgs({
  options: {
    level: { type: 'string', default: '4' },
    backend: { type: 'string', default: 'compose' },
    workers: { type: 'string', default: '2' },
    rate: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    /** Of the queue worker's container, in cores. */
    'queue-cpus': { type: 'string', default: '0.5' },
  },
})
const MAIN = resolve(import.meta.dirname, '../dist/src/cli/main.js')
const TASKS = 1_000
const AT_ONCE = 50
/** About 0.3 s of CPU time each. */
const TASK = { name: 'generate_report', args: { rows: 100_000 } }
const SETTLE_MS = 2_000
const rate = Number(values.rate)
const engine = createOpenLoop()

const args = ['--level', values.level, '--backend', values.backend, '--workers', values.workers, '--json']
const level = spawn(process.execPath, [MAIN, 'up', ...args], {
  env: { ...process.env, QUEUE_CPUS: values['queue-cpus'] },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const ended = once(level, 'exit')
process.once('SIGINT', () => level.kill('SIGINT'))
try {
  const url = await urlOf(level.stdout)
  const rounds = []
  await measure(url)
  for (let round = 1; round <= Number(values.rounds); round++) {
    const idle = await measure(url)
    const ids = await enqueue(url)
    const before = await queue(url)
    const busy = await measure(url)
    const after = await queue(url)
    if (after.waiting + after.active < TASKS / 2) throw new Error('the queue ran empty: use fewer --seconds')
    await cancel(url, ids)
    rounds.push({ idle, busy })
    console.log(
      `round ${round}: p99 ${text(idle.p99Us)} idle, ${text(busy.p99Us)} with ${before.waiting + before.active} tasks in flight (${after.done - before.done} done meanwhile); p50 ${text(idle.p50Us)}, ${text(busy.p50Us)}; lag p99 of the generator ${text(idle.lagP99Us)}, ${text(busy.lagP99Us)}`,
    )
  }
  const [idle, busy] = ['idle', 'busy'].map((key) => rounds.map((round) => round[key].p99Us))
  const ratios = rounds.map((round) => round.busy.p99Us / round.idle.p99Us)
  console.log(
    `p99 at ${rate}/s, medians of ${rounds.length} rounds: ${text(median(idle))} idle, ${text(median(busy))} with tasks; busy ÷ idle ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}; goal: ≤ 2)`,
  )
} finally {
  level.kill('SIGINT')
  await ended
}

/** What `rungs up --json` says when the level is ready. */
async function urlOf(stdout) {
  let said = ''
  for await (const chunk of stdout.setEncoding('utf8')) {
    said += chunk
    try {
      return JSON.parse(said).url
    } catch {
      // Not all of it yet.
    }
  }
  throw new Error('the level did not come up')
}

async function measure(url) {
  await sleep(SETTLE_MS)
  const sample = await engine.run(
    {
      baseUrl: url,
      steps: [{ path: '/api/simple', expect: { status: 200, json: { ok: true } } }],
      variables: {},
      values: {},
      timeoutSeconds: 10,
      generators: 1,
      seed: 1,
      arrival: 'poisson',
      stages: [{ seconds: Number(values.seconds), from: rate, to: rate }],
      leadInSeconds: 1,
      maxConnections: 100,
    },
    { signal: new AbortController().signal, env: {} },
  )
  if (sample.errors.length > 0) throw new Error(`not all was answered: ${JSON.stringify(sample.errors)}`)
  const { p50Us, p99Us } = percentiles(decodeHistogram(sample.histogram))
  return { p50Us, p99Us, lagP99Us: percentiles(decodeHistogram(sample.open.lagHistogram)).p99Us }
}

async function enqueue(url) {
  const answers = await inTurn(TASKS, (seed) =>
    call(url, '/api/tasks', 'POST', { ...TASK, args: { ...TASK.args, seed } }),
  )
  return answers.map(({ task_id: id }) => id)
}

/** Until nothing is left: a task that a worker has just begun is stopped a moment later. */
async function cancel(url, ids) {
  await inTurn(ids.length, (index) => call(url, `/api/tasks/${ids[index]}`, 'DELETE'))
  for (let left = 1; left > 0; await sleep(100)) {
    const { waiting, active } = await queue(url)
    left = waiting + active
  }
}

function queue(url) {
  return call(url, '/health/queue', 'GET')
}

async function inTurn(count, work) {
  const results = []
  for (let at = 0; at < count; at += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, index) => work(at + index))
    results.push(...(await Promise.all(some)))
  }
  return results
}

async function call(url, path, method, body) {
  const json = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = await fetch(new URL(path, url), { method, headers, ...json })
  if (response.status >= 500) throw new Error(`${method} ${path}: status ${response.status}`)
  return await response.json()
}

function text(us) {
  return `${(us / 1_000).toFixed(2)} ms`
}
