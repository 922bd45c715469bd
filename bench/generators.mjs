// Load generators under comparison: each gives throughput and what its process used of its core meanwhile.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClosedLoop } from '../dist/src/engine/closed/closed-loop.js'
import { createOpenLoop } from '../dist/src/engine/open/open-loop.js'
import { decodeHistogram, percentiles } from '../dist/src/stats/estimate/histogram.js'
import { cpuSeconds } from './cpu-seconds.mjs'
import { plainPlan, steadyPlan } from './plans.mjs'
import { GENERATOR_CPU } from './servers.mjs'

/** rungs' closed loop: every status checked (and the body, with `contains`), every time taken in µs. */
export async function rungs(url, { connections, seconds, contains }) {
  const plan = { ...planOf(url, contains), connections, durationSeconds: seconds }
  return resultOf(await createClosedLoop().run(plan, IO))
}

/**
 * rungs' open loop at so many requests a second, checked and timed likewise. What its pacer spins while nothing is due is
 * not in `cpuShare`. Gives its send lag too.
 */
export async function rungsOpen(url, { connections, seconds, rate, contains }) {
  const plan = steadyPlan(planOf(url, contains), { arrival: 'uniform', rate, seconds, connections })
  const sample = await createOpenLoop().run(plan, IO)
  const { p50Us, p99Us } = percentiles(decodeHistogram(sample.open.lagHistogram))
  return { ...resultOf(sample), lagP50Us: p50Us, lagP99Us: p99Us }
}

const IO = { signal: new AbortController().signal, env: {} }

function planOf(url, contains) {
  const { origin, pathname } = new URL(url)
  return plainPlan(origin, { path: pathname, expect: { status: 200, ...(contains ? { contains } : {}) } })
}

function resultOf(sample) {
  if (sample.errors.length > 0) throw new Error(`rungs met errors: ${JSON.stringify(sample.errors)}`)
  return { throughput: sample.counts.ok / (sample.durationUs / 1e6), cpuShare: sample.generator.cpuShare }
}

/** The plain autocannon command line. Its CPU is read from the kernel, from 0.5 s after its start to just before its end. */
export async function autocannon(url, { connections, seconds }) {
  const cli = createRequire(import.meta.url).resolve('autocannon')
  const args = ['-c', GENERATOR_CPU, process.execPath, cli, '-c', connections, '-d', seconds, '-j', url]
  const child = spawn('taskset', args.map(String), { stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
  })
  const closed = new Promise((resolve) => child.on('close', resolve))
  await sleep(500)
  const [cpuBefore, before] = [cpuSeconds(child.pid), performance.now()]
  await sleep((seconds - 0.9) * 1_000)
  const cpuShare = ((cpuSeconds(child.pid) - cpuBefore) / (performance.now() - before)) * 1_000
  await closed
  const result = JSON.parse(text)
  if (result.errors + result.non2xx > 0)
    throw new Error(`autocannon met ${result.errors + result.non2xx} errors`)
  return { throughput: result['2xx'] / result.duration, cpuShare }
}

/** wrk with one thread. */
export function wrk(url, { connections, seconds }) {
  return timed('wrk', ['-t', 1, '-c', connections, '-d', `${seconds}s`, url], {
    count: /(\d+) requests in/,
    wrong: /Non-2xx or 3xx responses: (\d+)/,
  })
}

/** hey on one core. */
export function hey(url, { connections, seconds }) {
  return timed('hey', ['-cpus', 1, '-c', connections, '-z', `${seconds}s`, url], {
    count: /\[200\]\s+(\d+) responses/,
    wrong: /\[[1345]\d\d\]\s+(\d+) responses/,
  })
}

/** ApacheBench with keep-alive, which is HTTP/1.0. */
export function ab(url, { connections, seconds }) {
  return timed('ab', ['-q', '-k', '-c', connections, '-t', seconds, '-n', 100_000_000, new URL(url).href], {
    count: /Complete requests:\s+(\d+)/,
    wrong: /Non-2xx responses:\s+(\d+)/,
  })
}

/** A program's requests over the CPU time of its whole life, as the shell reports it; null where it is not installed. */
async function timed(program, args, { count, wrong }) {
  const script =
    'TIMEFORMAT="%R %U %S"; command -v "$0" >/dev/null || exit 127; time taskset -c "$CPU" "$0" "$@"'
  const child = spawn('bash', ['-c', script, program, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CPU: GENERATOR_CPU, LC_ALL: 'C' },
  })
  const text = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr']) {
    child[stream].on('data', (chunk) => {
      text[stream] += chunk
    })
  }
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code === 127) return null
  const answers = Number(count.exec(text.stdout)?.[1])
  if (code !== 0 || !answers || wrong.test(text.stdout)) {
    throw new Error(`${program} failed or met errors: ${text.stdout}${text.stderr}`)
  }
  const [elapsed, user, system] = text.stderr.trim().split('\n').at(-1).split(' ').map(Number)
  return { throughput: answers / elapsed, cpuShare: (user + system) / elapsed }
}
