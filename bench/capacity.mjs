// How far `rungs capacity` is off where the capacity is known: a token bucket, a single queue with exponential service times,
// and a server that stalls now and then. Goals: within 3 %, in at most 12 probes; the last is said to be unsteady.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    /** Which of `bucket`, `mm1` and `flaky`. */
    kinds: { type: 'string', default: 'bucket,mm1,flaky' },
    /** Requests per second of a bucket; of the flaky one too. */
    buckets: { type: 'string', default: '200,500,1000,2000' },
    /** Service rates of the queue. */
    queues: { type: 'string', default: '3000' },
    repeats: { type: 'string', default: '1' },
  },
})
const MAIN = resolve(import.meta.dirname, '../dist/src/cli/main.js')
const FIXTURES = resolve(import.meta.dirname, '../test/integration/capacity')
const GOAL = { error: 0.03, probes: 12 }
/** Of the queue's p99, in seconds: long against a timer's millisecond. */
const QUEUE_LIMIT = 0.05
const STALL_EVERY_SECONDS = '7'
const rates = (text) => text.split(',').map(Number)

/** The sojourn time of M/M/1 is exponential with rate μ − λ, so that its p99 is ln 100 ÷ (μ − λ). */
const knownOf = {
  bucket: (rate) => rate,
  mm1: (rate) => rate - Math.log(100) / QUEUE_LIMIT,
}
const kinds = {
  bucket: {
    rates: rates(values.buckets),
    server: (rate) => ['bucket', rate],
    search: ['--slo', 'p95<20ms', '--duration', '2'],
  },
  mm1: {
    rates: rates(values.queues),
    server: (rate) => ['mm1', rate],
    search: ['--slo', `p99<${QUEUE_LIMIT * 1_000}ms`, '--duration', '6', '--arrival', 'poisson'],
  },
  flaky: {
    rates: rates(values.buckets).slice(0, 2),
    server: (rate) => ['bucket', rate, STALL_EVERY_SECONDS],
    search: ['--slo', 'p95<20ms', '--duration', '2'],
  },
}

let missed = 0
for (const name of values.kinds.split(',')) {
  const kind = kinds[name]
  for (const rate of kind.rates) {
    for (let repeat = 1; repeat <= Number(values.repeats); repeat++) {
      const { result, seconds } = await search(kind.server(rate), [...kind.search, '--seed', String(repeat)])
      const [line, isMet] = lineOf(name, rate, result)
      if (!isMet) missed += 1
      const invalid = result.probes.filter(({ outcome }) => outcome === 'invalid').map(({ why }) => why[0])
      const lost =
        invalid.length > 0 ? `; ${invalid.length} not valid: ${[...new Set(invalid)].join('; ')}` : ''
      console.log(
        `${name} ${rate}/s: ${line}, ${result.probes.length} probes, ${Math.round(seconds)} s${lost}`,
      )
    }
  }
}
console.log(missed === 0 ? 'all goals met' : `${missed} missed their goal`)

function lineOf(name, rate, { verdict, probes }) {
  const known = knownOf[name]?.(rate)
  if (known === undefined) return [`${verdict.state}: ${verdict.reason}`, verdict.state !== 'found']
  const goal = `known ${known.toFixed(0)}/s`
  const { state, low, high } = verdict
  if (state !== 'found') return [`${goal}, ${state}: ${verdict.reason}`, false]
  const error = Math.sqrt(low * high) / known - 1
  const isMet = Math.abs(error) <= GOAL.error && probes.length <= GOAL.probes
  return [`${goal}, found ${low} to ${high}/s, its middle ${(100 * error).toFixed(1)} % off`, isMet]
}

async function search(serverArgs, args) {
  const server = spawn(process.execPath, [join(FIXTURES, 'server.mjs'), ...serverArgs.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const dir = mkdtempSync(join(tmpdir(), 'rungs-bench-'))
  try {
    const [port] = await once(server.stdout, 'data')
    const target = ['--target', `http://127.0.0.1:${String(port).trim()}`]
    const scenario = ['--scenario', join(FIXTURES, 'ping.mjs')]
    const startedAt = performance.now()
    const rungs = spawn(
      process.execPath,
      [...[MAIN, 'capacity', ...target, ...scenario, ...args], ...['--warmup', '2', '--quiet', '--out', dir]],
      { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] },
    )
    await once(rungs, 'exit')
    const seconds = (performance.now() - startedAt) / 1_000
    const [name] = readdirSync(dir)
    return { result: JSON.parse(readFileSync(join(dir, name, 'capacity.json'), 'utf8')), seconds }
  } finally {
    server.kill('SIGTERM')
    rmSync(dir, { recursive: true, force: true })
  }
}
