import { pino } from 'pino'
import { settingsOrExit } from './settings.js'
import { giveWay } from './tasks/give-way.js'
import { TaskRunner } from './tasks/task-runner.js'
import { startWatchdog } from './watchdog.js'

/** Without Redis nothing can be finished or given back: the wait ends so long after the deadline. */
const CLOSE_MS = 2_000

const settings = settingsOrExit(process.env)
const log = pino({ level: settings.logLevel, base: { pid: process.pid, role: 'queue' } })
const { tasks, gracefulTimeoutSeconds, workerTimeoutSeconds } = settings
if (tasks === null) {
  log.fatal('ENABLE_BACKGROUND_TASKS: must be true for a queue worker')
  process.exit(2)
}
giveWay(tasks.nice)

const runner = new TaskRunner(tasks, log)
let stopping = false
process.on('SIGTERM', () => stop('SIGTERM'))
process.on('SIGINT', () => stop('SIGINT'))
process.on('message', (message) => {
  // What PM2 sends instead of a signal where it is told to.
  if (message === 'shutdown') stop('shutdown message')
})
await runner.start()
if (workerTimeoutSeconds > 0) startWatchdog(workerTimeoutSeconds)
log.info({ concurrency: tasks.concurrency, threads: tasks.threads }, 'takes tasks')
process.send?.('ready')

function stop(reason: string): void {
  if (stopping) return
  stopping = true
  log.info({ active: runner.active }, `stopping: ${reason}`)
  setTimeout(
    () => {
      log.error('Redis does not answer: leaving without it; what was under way will be done by another')
      process.exit(1)
    },
    gracefulTimeoutSeconds * 1_000 + CLOSE_MS,
  )
  runner.stop(gracefulTimeoutSeconds * 1_000).then(
    (returned) => {
      if (returned > 0) log.warn({ returned }, 'GRACEFUL_TIMEOUT is over: tasks went back to the queue')
      log.info('stopped')
      process.exit(0)
    },
    (error: unknown) => {
      log.fatal({ err: error }, 'could not stop in order')
      process.exit(1)
    },
  )
}
