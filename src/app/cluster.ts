import cluster, { type Worker } from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { settingsOrExit } from './settings.js'

/** A worker that does not end by itself within its own deadline is killed so much later. */
const KILL_AFTER_MS = 3_000

// One process a core on one port, and nothing more: no supervision. A worker that dies stays dead, and says so.
const settings = settingsOrExit(process.env)
const log = pino({ level: settings.logLevel, base: { pid: process.pid, role: 'primary' } })
const { workers, listenMode } = settings
let stopping = false
let exitCode = 0

cluster.schedulingPolicy = listenMode === 'round-robin' ? cluster.SCHED_RR : cluster.SCHED_NONE
cluster.setupPrimary({ exec: fileURLToPath(new URL('./server.js', import.meta.url)) })
for (let index = 0; index < workers; index++) {
  // The resolved number sizes each worker's pool; `0` would make each of them work it out again.
  cluster.fork({ WORKERS: String(workers), APP_WORKERS: String(workers), NODE_APP_INSTANCE: String(index) })
}
log.info({ workers, listenMode }, `started ${workers} workers`)

cluster.on('message', (_worker, message) => {
  if (message === 'ready') onReady()
})
cluster.on('exit', onExit)
process.on('SIGTERM', () => stop('SIGTERM'))
process.on('SIGINT', () => stop('SIGINT'))

let ready = 0
function onReady(): void {
  ready++
  if (ready < workers) return
  log.info({ workers }, 'all workers listen')
  process.send?.('ready')
}

function onExit(worker: Worker, code: number | null, signal: string | null): void {
  const left = alive().length
  const end = signal === null ? `exit code ${code}` : `signal ${signal}`
  if (stopping) {
    if (code !== 0) exitCode = 1
  } else if (code === 0) {
    log.warn(
      { worker: worker.process.pid, left },
      `worker ${worker.process.pid} left; ${left} of ${workers} remain`,
    )
  } else {
    log.error(
      { worker: worker.process.pid, code, signal, left },
      `worker ${worker.process.pid} died (${end}) and stays dead; ${left} of ${workers} remain`,
    )
  }
  if (left > 0) return
  if (!stopping) {
    log.fatal('the last worker is gone')
    exitCode = 1
  }
  process.exit(exitCode)
}

function stop(signal: NodeJS.Signals): void {
  if (stopping) return
  stopping = true
  log.info(`stopping: ${signal}`)
  for (const worker of alive()) worker.process.kill(signal)
  if (alive().length === 0) process.exit(exitCode)
  setTimeout(kill, settings.gracefulTimeoutSeconds * 1000 + KILL_AFTER_MS).unref()
}

function kill(): void {
  for (const worker of alive()) {
    log.error(`worker ${worker.process.pid} did not stop in time: killing it`)
    worker.process.kill('SIGKILL')
  }
}

function alive(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker): worker is Worker => worker?.isDead() === false)
}
