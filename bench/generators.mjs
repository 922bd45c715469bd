// Load generators under comparison: each gives throughput and what its process used of its core meanwhile.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClosedLoop } from '../dist/src/engine/closed-loop.js'
import { cpuSeconds } from './cpu-seconds.mjs'
import { GENERATOR_CPU } from './servers.mjs'

/** rungs' closed loop: every status checked (and the body, with `contains`), every time taken in µs. */
export async function rungs(url, { connections, seconds, contains }) {
  const expect = { status: 200, ...(contains ? { contains } : {}) }
  const sample = await createClosedLoop().run(
    {
      baseUrl: new URL(url).origin,
      steps: [{ path: new URL(url).pathname, expect }],
      variables: {},
      values: {},
      connections,
      durationSeconds: seconds,
      timeoutSeconds: 10,
      generators: 1,
      cpus: [Number(GENERATOR_CPU)],
      seed: 1,
    },
    { signal: new AbortController().signal, env: {} },
  )
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
