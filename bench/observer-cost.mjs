// What watching costs: the observer itself, the workers that it asks, and Postgres. Goal: the observer < 1 % of a core.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openLease } from '../dist/src/launch/lease/lease.js'
import { processObserver } from '../dist/src/observe/process-observer.js'
import { readProcessTable } from '../dist/src/observe/process-table.js'
import { treeOf } from '../dist/src/observe/tree-usage.js'
import { startService } from '../dist/src/services/providers.js'
import { median } from '../dist/src/stats/estimate/intervals.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    workers: { type: 'string', default: '4' },
  },
})
const [rounds, seconds, workers] = [values.rounds, values.seconds, values.workers].map(Number)

const dir = mkdtempSync(join(tmpdir(), 'rungs-bench-'))
const lease = await openLease({ env: process.env, stateDir: dir })
const { signal } = new AbortController()
const postgres = await startService('postgres', {
  lease,
  signal,
  logDir: dir,
  env: process.env,
  database: 'fresh',
})
const { DATABASE_URL: databaseUrl } = await postgres.environment('bench')
const service = await startCluster()
try {
  const trees = [
    { name: 'app', role: 'web', pids: [service.pid] },
    { name: 'postgres', role: 'service', pids: [...postgres.pids] },
  ]
  const request = {
    trees,
    workers: { url: service.url, path: '/health/worker', expected: workers },
    databaseUrl,
  }
  const watched = []
  const alone = []
  for (let round = 0; round < rounds; round++) {
    alone.push(await spend(trees))
    const watch = await processObserver.watch(request)
    watched.push(await spend(trees))
    const { timeline } = await watch.stop()
    if (round === 0) {
      const bytes = JSON.stringify(timeline).length
      const { length } = timeline.atSeconds
      console.log(
        `${length} samples of ${timeline.series.length} series: ${Math.round(bytes / length)} bytes a sample`,
      )
    }
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  const processes = readProcessTable().size
  console.log(
    `${workers} workers, ${processes} processes on the machine, ${rounds} rounds of ${seconds} s each, idle`,
  )
  for (const what of ['observer', 'app', 'postgres']) {
    const of = (list) => (100 * median(list.map((one) => one[what]))).toFixed(2)
    console.log(`${what}: ${of(watched)} % of a core while watched, ${of(alone)} % while not (medians)`)
  }
} finally {
  service.child.kill('SIGTERM')
  await once(service.child, 'exit')
  await postgres.stop()
  await lease.release()
  rmSync(dir, { recursive: true, force: true })
}

/** Shares of a core that each used over the seconds. */
async function spend(trees) {
  const treeUs = () => {
    const table = readProcessTable()
    return trees.map(({ pids }) => treeOf(table, pids).reduce((sum, { cpuUs }) => sum + cpuUs, 0))
  }
  const [app, database] = treeUs()
  const startedAt = performance.now()
  const own = process.cpuUsage()
  await sleep(seconds * 1_000)
  const { user, system } = process.cpuUsage(own)
  const elapsedUs = (performance.now() - startedAt) * 1_000
  const [appNow, databaseNow] = treeUs()
  return {
    observer: (user + system) / elapsedUs,
    app: (appNow - app) / elapsedUs,
    postgres: (databaseNow - database) / elapsedUs,
  }
}

async function startCluster() {
  const path = fileURLToPath(new URL('../dist/src/app/cluster.js', import.meta.url))
  const child = spawn(process.execPath, [path], {
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      WORKERS: String(workers),
      DATABASE_URL: databaseUrl,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    output += chunk
    if (/all workers listen/.test(output)) break
  }
  child.stdout.resume()
  const [, port] = /listening on [^"]*:(\d+)"/.exec(output)
  return { child, pid: child.pid, url: `http://127.0.0.1:${port}` }
}
