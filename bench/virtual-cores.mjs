// Workers with a CPU quota: how exact the quota is, and how throughput grows with their number. Each round boots every number of
// workers afresh, one after the other and back (1 2 4 8, 8 4 2 1, …), since processes of the same code differ; what has no quota
// (database, proxy, generator) is shown beside.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { readPlan } from '../dist/src/catalog/read-plan.js'
import { planLevel } from '../dist/src/cli/plan/plan-run.js'
import { inWorld } from '../dist/src/cli/world/world.js'
import { createClosedLoop } from '../dist/src/engine/closed/closed-loop.js'
import { listProcesses } from '../dist/src/launch/lease/processes.js'
import { leavesOf } from '../dist/src/launch/level-quota.js'
import { groupHost, groupOf, writeQuota } from '../dist/src/launch/machine/cgroup.js'
import { treeCpu } from '../dist/src/observe/tree-cpu.js'
import { scenarioValues } from '../dist/src/runner/cell/scenario-values.js'
import { FREE_PARTS } from '../dist/src/runner/cell/warm-up-parts.js'
import { median } from '../dist/src/stats/estimate/intervals.js'
import { foldRepeats } from '../dist/src/stats/estimate/repeat-interval.js'
import { Interruption } from '../dist/src/words/errors.js'

const { values } = parseArgs({
  options: {
    level: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1,2,4,8' },
    /** Of each worker, in cores. */
    quota: { type: 'string', default: '0.05' },
    /** Of the quota, in ms, one or more, measured one after the other; longer where the quota would be below 1 ms. */
    period: { type: 'string', default: '100' },
    scenario: { type: 'string', default: 'simple,db-read,auth-me' },
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '5' },
    /** For one worker at full speed; N workers get N times that. */
    warmup: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
    /** Cores of the generator and of everything else. */
    generator: { type: 'string', default: '0' },
    service: { type: 'string', default: '1' },
  },
})
const numbers = (text) => text.split(',').map(Number)
const [counts, service, periods] = [values.workers, values.service, values.period].map(numbers)
const quota = Number(values.quota)
if (Number(values.seconds) < 2) throw new Error('--seconds: 2 or more, since the first is not counted')
const engine = createClosedLoop()
const host = groupHost()

const plan = await readPlan({
  flags: { level: values.level, scenario: values.scenario, backend: 'native' },
  env: {},
  cwd: process.cwd(),
  randomSeed: 1,
})
/** Of each scenario, period and number of workers, a round each. */
const tables = plan.scenarios.flatMap(({ scenario }) =>
  periods.map((period) => ({ scenario, period, rows: new Map(counts.map((n) => [n, []])) })),
)
const onSignal = (name) => console.error(`${name}: stopping`)
const output = { note: (text) => console.error(text), warn: (text) => console.error(text) }
try {
  await inWorld({ env: process.env, output }, onSignal, async ({ signal, lease, boots }) => {
    const logDir = join(lease.tempDir, 'logs')
    mkdirSync(logDir)
    const boot = boots({ logDir, database: 'fresh', cpus: service, workerCpus: quota })
    const around = { boot, signal, lease }
    for (let round = 0; round < Number(values.rounds); round++)
      for (const count of round % 2 === 0 ? counts : counts.toReversed())
        await measureRound(count, round, around)
  })
} catch (error) {
  if (!(error instanceof Interruption)) throw error
}
// Of an interrupted one the rounds that every number of workers has.
for (const table of tables) print(table)

async function measureRound(count, round, around) {
  const { signal } = around
  const booted = await around.boot(planLevel(plan.levels[0], count), `w${count}-${round}`, signal)
  for (const warning of booted.warnings) console.error(warning)
  try {
    for (const { scenario } of plan.scenarios) {
      const one = {
        ...{ count, booted, around },
        values: await scenarioValues({ scenario, info: scenario }, booted.url, signal),
      }
      await warmUp(one, scenario)
      for (const { period, rows } of tables.filter((table) => table.scenario === scenario)) {
        await limit(one, scenario, period)
        const measured = await load(one, scenario, Number(values.seconds))
        rows.get(count).push(measured)
        console.error(
          `round ${round + 1}, ${scenario.name}, ${count} workers, periods of ${period} ms: ${Math.round(measured.rate)} requests/s`,
        )
      }
    }
  } finally {
    await booted.stop()
  }
}

/**
 * At full speed, each worker for the same CPU time. In parts: what a worker does only when it is limited is compiled at full
 * speed in the next.
 */
async function warmUp(one, scenario) {
  for (let part = 0; part < FREE_PARTS; part++) {
    one.booted.quota.lift()
    await load(one, scenario, (Number(values.warmup) * one.count) / FREE_PARTS)
    await limit(one, scenario, periods[0])
  }
}

function workersOf({ booted }) {
  const roots = booted.processes.filter(({ role }) => role === 'web').map(({ pid }) => pid)
  return leavesOf(listProcesses(), roots).map(({ pid }) => pid)
}

/** And lets the workers settle into it. */
async function limit(one, scenario, period) {
  for (const pid of workersOf(one)) writeQuota(host.version, groupOf(pid), quota, 1_000 * period)
  await load(one, scenario, 1.5)
}

async function load(one, scenario, durationSeconds) {
  const { signal, lease } = one.around
  signal.throwIfAborted()
  const pids = workersOf(one)
  const { trees } = one.booted
  const rest = trees.filter(({ role }) => role !== 'web').flatMap((tree) => tree.pids)
  const now = () => ({
    at: performance.now(),
    cpu: pids.map((pid) => treeCpu([pid]).cpuUs),
    rest: treeCpu(rest),
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
  // Only a warm-up is too short to have begun before it ended.
  before ??= after
  const coresOf = (from, to) => (to - from) / 1e3 / (after.at - before.at)
  const { ok } = sample.counts
  return {
    rate: ok / (sample.durationUs / 1e6),
    failed: sample.counts.badStatus + sample.counts.badBody + sample.counts.connectionError,
    each: after.cpu.map((cpu, i) => coresOf(before.cpu[i], cpu)),
    // The CPU time of a process that ended, such as a database connection's, is gone with it.
    rest: isDeepStrictEqual(before.rest.pids, after.rest.pids)
      ? coresOf(before.rest.cpuUs, after.rest.cpuUs)
      : null,
    generator: sample.generator.cpuShare,
  }
}

function print({ scenario, period, rows }) {
  const whole = Math.min(...[...rows.values()].map(({ length }) => length))
  if (whole === 0) return
  console.log(
    `\n${scenario.name}, ${quota} of a core a worker, periods of ${period} ms (level ${values.level}, ${values.connections} connections)`,
  )
  console.log(
    '| workers | requests/s (rounds) | × one worker (95 %) | CPU of a worker ÷ quota, mean (worst) | CPU µs a request | service’s core | generator’s |',
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- |')
  const first = rows.get(counts[0])
  for (const [count, every] of rows) {
    const all = every.slice(0, whole)
    const rates = all.map(({ rate }) => rate)
    const growth = foldRepeats(rates.map((rate, i) => (rate * counts[0]) / first[i].rate))
    const shares = all.flatMap(({ each }) => each.map((cores) => cores / quota))
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
    const worst = shares.reduce((a, b) => (Math.abs(b - 1) > Math.abs(a - 1) ? b : a), 1)
    const used = all.map(({ each }) => each.reduce((sum, cores) => sum + cores, 0))
    const costs = all.map(({ rate }, i) => (1e6 * used[i]) / rate)
    const rests = all.flatMap(({ rest }) => rest ?? [])
    const failed = all.reduce((sum, one) => sum + one.failed, 0)
    const cells = [
      count,
      `${Math.round(median(rates))} (${rates.map(Math.round).join(', ')})`,
      count === counts[0] ? '1' : intervalText(growth),
      `${mean.toFixed(3)} (${worst.toFixed(3)})`,
      `${median(costs).toFixed(1)} (${costs.map((cost) => cost.toFixed(0)).join(', ')})`,
      `${median(used).toFixed(2)} workers + ${rests.length === 0 ? '–' : median(rests).toFixed(2)} others`,
      median(all.map(({ generator }) => generator)).toFixed(2),
    ]
    console.log(`| ${cells.join(' | ')} |${failed > 0 ? ` ${failed} failed` : ''}`)
  }
}

function intervalText({ value, low, high }) {
  return `${value.toFixed(2)}${low === null ? '' : ` (${low.toFixed(2)} … ${high.toFixed(2)})`}`
}
