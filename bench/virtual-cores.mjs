// Workers with a CPU quota: how exact the quota is, and how throughput grows with their number. All numbers of workers are up at
// once and measured in turn (1 2 4 8, 8 4 2 1, …), at each quota; what has no quota (database, proxy, generator) is shown beside.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readPlan } from '../dist/src/catalog/read-plan.js'
import { makeBoot } from '../dist/src/cli/boot.js'
import { planLevel } from '../dist/src/cli/plan-run.js'
import { createClosedLoop } from '../dist/src/engine/closed-loop.js'
import { groupHost, groupOf, writeQuota } from '../dist/src/launch/cgroup.js'
import { launchLevel } from '../dist/src/launch/launch-level.js'
import { openLease } from '../dist/src/launch/lease.js'
import { leavesOf } from '../dist/src/launch/level-quota.js'
import { listProcesses } from '../dist/src/launch/processes.js'
import { treeCpu } from '../dist/src/observe/tree-cpu.js'
import { scenarioValues } from '../dist/src/runner/scenario-values.js'
import { median } from '../dist/src/stats/intervals.js'

const { values } = parseArgs({
  options: {
    level: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1,2,4,8' },
    /** Of each worker, in cores; the second shows what a limit that all share takes from the first. */
    quotas: { type: 'string', default: '0.1,0.05' },
    /** Of the quota, in ms; longer where the quota would be below 1 ms. */
    period: { type: 'string', default: '100' },
    scenario: { type: 'string', default: 'simple,db-read,auth-me,auth-login' },
    rounds: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '3' },
    /** For one worker at full speed; N workers get N times that. */
    warmup: { type: 'string', default: '1.5' },
    connections: { type: 'string', default: '64' },
    /** Cores of the generator and of everything else. */
    generator: { type: 'string', default: '0' },
    service: { type: 'string', default: '1' },
  },
})
const numbers = (text) => text.split(',').map(Number)
const [counts, quotas, service] = [values.workers, values.quotas, values.service].map(numbers)
const engine = createClosedLoop()
const stop = new AbortController()
const { signal } = stop
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stop.abort())
const host = groupHost()

const plan = await readPlan({
  flags: { level: values.level, scenario: values.scenario, backend: 'native' },
  env: {},
  cwd: process.cwd(),
  randomSeed: 1,
})
const lease = await openLease({ env: process.env })
const logDir = join(lease.tempDir, 'logs')
mkdirSync(logDir)
const { boot, stopServices } = makeBoot({
  ...{ launch: launchLevel, lease, logDir, env: process.env, database: 'fresh', cpus: service },
  workerCpus: quotas[0],
})
const up = []
try {
  for (const count of counts) {
    const booted = await boot(planLevel(plan.levels[0], count), `w${count}`, signal)
    for (const warning of booted.warnings) console.error(warning)
    up.push({ count, booted })
  }
  for (const { scenario } of plan.scenarios) await measureScenario(scenario)
} finally {
  for (const { booted } of up) await booted.stop()
  await stopServices()
  for (const left of await lease.release()) console.error(left)
}

async function measureScenario(scenario) {
  for (const quota of quotas) {
    const rows = new Map(counts.map((count) => [count, []]))
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const one of round % 2 === 0 ? up : up.toReversed()) {
        await warmUp(one, scenario)
        limit(one, quota)
        await load(one, scenario, 1)
        rows.get(one.count).push(await load(one, scenario, Number(values.seconds)))
      }
    }
    print(scenario.name, quota, rows)
  }
}

/** At full speed, each worker for the same CPU time; each time anew, since a worker that has idled is slow again at first. */
async function warmUp(one, scenario) {
  one.booted.quota.lift()
  one.values = await scenarioValues({ scenario, info: scenario }, one.booted.url, signal)
  await load(one, scenario, Number(values.warmup) * one.count)
  one.booted.quota.renew()
}

function workersOf({ booted }) {
  const roots = booted.processes.filter(({ role }) => role === 'web').map(({ pid }) => pid)
  return leavesOf(listProcesses(), roots).map(({ pid }) => pid)
}

function limit(one, quota) {
  for (const pid of workersOf(one))
    writeQuota(host.version, groupOf(pid), quota, 1_000 * Number(values.period))
}

async function load(one, scenario, durationSeconds) {
  signal.throwIfAborted()
  const pids = workersOf(one)
  const { trees } = one.booted
  const rest = trees.filter(({ role }) => role !== 'web').flatMap((tree) => tree.pids)
  const now = () => ({
    at: performance.now(),
    cpu: [...pids.map((pid) => [pid]), rest].map((roots) => treeCpu(roots).cpuUs),
  })
  let before
  const sample = await engine.run(
    {
      ...{ baseUrl: one.booted.url, steps: scenario.steps, variables: scenario.variables ?? {} },
      ...{ values: one.values, timeoutSeconds: 30, generators: 1, cpus: numbers(values.generator), seed: 1 },
      ...{ connections: Number(values.connections), durationSeconds },
    },
    { signal, env: lease.env, onTick: () => (before ??= now()) },
  )
  const after = now()
  const cores = before ? after.cpu.map((cpu, i) => (cpu - before.cpu[i]) / 1e3 / (after.at - before.at)) : []
  const { ok } = sample.counts
  return {
    rate: ok / (sample.durationUs / 1e6),
    failed: sample.counts.badStatus + sample.counts.badBody + sample.counts.connectionError,
    each: cores.slice(0, -1),
    rest: cores.at(-1) ?? 0,
    generator: sample.generator.cpuShare,
  }
}

function print(name, quota, rows) {
  const base = median(rows.get(counts[0]).map(({ rate }) => rate)) / counts[0]
  console.log(
    `\n${name}, ${quota} of a core a worker, periods of ${values.period} ms (level ${values.level}, ${values.connections} connections)`,
  )
  console.log(
    '| workers | requests/s | × one worker | CPU of a worker ÷ quota, mean (worst) | CPU µs/request | core of the service | generator |',
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- |')
  for (const [count, all] of rows) {
    const rates = all.map(({ rate }) => rate)
    const rate = median(rates)
    const shares = all.flatMap(({ each }) => each.map((cores) => cores / quota))
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
    const worst = shares.reduce((a, b) => (Math.abs(b - 1) > Math.abs(a - 1) ? b : a), 1)
    const used = median(all.map(({ each }) => each.reduce((sum, cores) => sum + cores, 0)))
    const others = median(all.map(({ rest }) => rest))
    const failed = all.reduce((sum, one) => sum + one.failed, 0)
    console.log(
      `| ${count} | ${Math.round(rate)} (${rates.map(Math.round).join(', ')}) | ${(rate / base).toFixed(2)} | ${mean.toFixed(3)} (${worst.toFixed(3)}) | ${((1e6 * used) / rate).toFixed(1)} | ${used.toFixed(2)} workers + ${others.toFixed(2)} others | ${median(all.map(({ generator }) => generator)).toFixed(2)} |${failed > 0 ? ` ${failed} failed` : ''}`,
    )
  }
}
