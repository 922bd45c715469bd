import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, it } from 'vitest'
import type { Validity } from '../../../src/model/run/outcome.js'
import { summarize } from '../../../src/stats/validity/summarize.js'
import { openSummary } from '../../../src/stats/validity/summarize-open.js'
import { judge } from '../../../src/stats/validity/validity.js'
import { judgeOpen } from '../../../src/stats/validity/validity-open.js'
import { lackOfTaskset, needs } from '../../helpers/needs.js'
import { load, loadOpen, openPlanFor, planFor } from './loopback.js'

/** With them on its core, a generator gets an eighth of it: less than it needs by far, however fast the machine is. */
const HOGS = 7

/** Keeps its core busy until it is killed, and no longer than any test may take. */
const HOG = `
  const end = Date.now() + 600_000
  console.log('on')
  while (Date.now() < end);
`

const CONNECTIONS = 256

/** Answers each read, which is one request, at a fraction of what a parser costs. */
const SERVER = `
  const answer = 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok'
  const server = require('node:net').createServer((socket) => {
    socket.setNoDelay().on('error', () => {}).on('data', () => socket.write(answer))
  })
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))
  process.stdin.on('end', () => process.exit()).resume()
`

/** The cores that this process may use, where it can be told which; a server and a generator need one each. */
function ownCpus(): number[] {
  if (process.platform !== 'linux' || lackOfTaskset !== null) return []
  const told = execFileSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' })
  return (told.split(': ')[1] ?? '')
    .trim()
    .split(',')
    .flatMap((range) => {
      const [from = 0, to = from] = range.split('-').map(Number)
      return Array.from({ length: to - from + 1 }, (_, i) => from + i)
    })
}

const cpus = ownCpus()
const [serverCpu = 0, generatorCpu = 0] = cpus
const lack = cpus.length < 2 ? 'it takes two cores, and taskset' : null

let started: ChildProcess[] = []
afterEach(async () => {
  await Promise.all(
    started.map((child) => {
      child.kill('SIGKILL')
      return child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null
    }),
  )
  started = []
})

/**
 * Pinned to a core, as `taskset` becomes what it starts. In a session of its own, as a generator is: the kernel may give
 * each session the same share of a core, however many processes it has (sched(7), autogroup).
 */
function pinned(cpu: number, command: readonly string[]): ChildProcess {
  const child = spawn('taskset', ['-c', String(cpu), ...command], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  started.push(child)
  return child
}

async function serveFast(): Promise<string> {
  const server = pinned(serverCpu, [process.execPath, '-e', SERVER])
  const [port] = await once(server.stdout as NodeJS.ReadableStream, 'data')
  return `http://127.0.0.1:${String(port).trim()}`
}

async function hog(): Promise<void> {
  const hogs = Array.from({ length: HOGS }, () => pinned(generatorCpu, [process.execPath, '-e', HOG]))
  await Promise.all(hogs.map((one) => once(one.stdout as NodeJS.ReadableStream, 'data')))
}

function expectBound({ state, evidence }: Validity): void {
  // Where the kernel does not tell how long it waited for its core, it only looks slow.
  expect(['machine-busy', 'generator-bound'], evidence.join('\n')).toContain(state)
  expect(evidence.join('\n')).toContain('load generator')
}

it('takes no figure from a closed loop that gets a part of its core', needs(lack), async () => {
  const plan = planFor(await serveFast(), {
    connections: CONNECTIONS,
    durationSeconds: 1.5,
    cpus: [generatorCpu],
  })
  const sample = await load(plan, { beforeStart: hog })
  expect(sample.errors).toEqual([])
  expect(sample.generator.cpuShare).toBeLessThan(0.9)
  expectBound(judge(sample, summarize(sample), null, CONNECTIONS))
})

it('takes no figure from an open loop that gets a part of its core', needs(lack), async () => {
  const plan = openPlanFor(await serveFast(), {
    stages: [{ seconds: 1.5, from: 20_000, to: 20_000 }],
    maxConnections: CONNECTIONS * 4,
    leadInSeconds: 0.5,
    cpus: [generatorCpu],
  })
  const sample = await loadOpen(plan, { beforeStart: hog })
  expectBound(judgeOpen(sample, openSummary(sample), null))
})
