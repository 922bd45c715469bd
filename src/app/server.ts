import cluster from 'node:cluster'
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { type Logger, pino } from 'pino'
import { buildApp } from './app.js'
import { openBackends } from './backends.js'
import { type DrainMode, drain } from './drain.js'
import { addressText, listenOptions } from './listen-address.js'
import { RECYCLE_MIN_AGE_MS, RecycleLock, recycleAfter } from './recycle.js'
import { DEVELOPMENT_JWT_SECRET, type Settings, settingsOrExit } from './settings.js'
import { startWatchdog } from './watchdog.js'

/** Closing the pool and leaving the cluster may take so long after the last answer. */
const CLOSE_MS = 2_000

const settings = settingsOrExit(process.env)
const log = pino({ level: settings.logLevel, base: { pid: process.pid } })
const app = buildApp(settings, log, await openBackends(settings, log))
await app.ready()
const stop = once((reason: string, mode: DrainMode) => leave(reason, mode))
process.on('SIGTERM', () => stop('SIGTERM', settings.drainMode))
process.on('SIGINT', () => stop('SIGINT', settings.drainMode))
process.on('message', (message) => {
  // What PM2 sends instead of a signal where it is told to.
  if (message === 'shutdown') stop('shutdown message', settings.drainMode)
})
await listen(app.server, settings, log)
if (settings.workerTimeoutSeconds > 0) startWatchdog(settings.workerTimeoutSeconds)
if (settings.maxRequests > 0) recycle(app, settings)
announce(app.server)

async function listen(server: Server, settings: Settings, log: Logger) {
  const options = await listenOptions(settings)
  const failed = new Promise<never>((_resolve, reject) => server.once('error', reject))
  const listening = new Promise<void>((resolve) => {
    server.listen(options, resolve)
  })
  try {
    await Promise.race([listening, failed])
  } catch (error) {
    const where = settings.socket ?? `${settings.host}:${settings.port}`
    log.fatal(`cannot listen on ${where}: ${error instanceof Error ? error.message : error}`)
    process.exit(1)
  }
}

function announce(server: Server): void {
  if (settings.jwtSecret === DEVELOPMENT_JWT_SECRET) {
    log.warn(
      'JWT_SECRET is not set: tokens are signed with a secret that everyone knows; never do so in production',
    )
  }
  log.info({ tls: settings.tls !== null }, `listening on ${addressText(server)}`)
  process.send?.('ready')
}

/** Leaves after `MAX_REQUESTS` as if it had been reloaded: whatever grows with time starts anew. */
function recycle(app: FastifyInstance, { maxRequests, maxRequestsJitter, recycleLock, instance }: Settings) {
  const lock = recycleLock === null ? null : new RecycleLock(recycleLock, instance ?? '0')
  const told = (error: unknown) => log.error({ err: error, recycleLock }, 'cannot use RECYCLE_LOCK')
  lock?.release().catch(told)
  const whenDue = async () => {
    const answered = app.traffic.served
    await sleep(Math.max(0, RECYCLE_MIN_AGE_MS - process.uptime() * 1000))
    await lock?.acquire()
    stop(`recycling after ${answered} requests`, 'handover')
  }
  app.traffic.serveLimit = recycleAfter(maxRequests, maxRequestsJitter)
  app.traffic.onServeLimit = () => void whenDue().catch(told)
}

async function leave(reason: string, mode: DrainMode): Promise<void> {
  // Nothing is in flight on them: whoever is at the other end connects again, and meets a successor.
  for (const client of app.websocketServer.clients) client.close(1001, 'the service is stopping')
  const gracefulMs = settings.gracefulTimeoutSeconds * 1000
  const drained = drain(app.server, app.traffic, {
    mode,
    keepAliveMs: settings.keepAliveSeconds * 1000,
    gracefulMs,
  })
  // Said when it is so: nobody is let in any more.
  log.info({ mode, inFlight: app.traffic.inFlight }, `stopping: ${reason}`)
  const cut = await drained
  if (cut > 0) {
    log.error({ cut }, `GRACEFUL_TIMEOUT (${settings.gracefulTimeoutSeconds} s) is over: cut ${cut} requests`)
  } else {
    log.info('stopped')
  }
  await Promise.race([close(app), sleep(CLOSE_MS)])
  process.exit(cut > 0 ? 1 : 0)
}

async function close(app: FastifyInstance): Promise<void> {
  await app.close()
  if (cluster.worker === undefined || !cluster.worker.isConnected()) return
  // The primary may just have handed over a connection: saying goodbye lets it give that one to another worker.
  const gone = new Promise<void>((resolve) => cluster.worker?.once('disconnect', resolve))
  cluster.worker.disconnect()
  await gone
}

function once<Args extends unknown[]>(action: (...args: Args) => Promise<void>): (...args: Args) => void {
  let called = false
  return (...args) => {
    if (called) return
    called = true
    action(...args).catch((error: unknown) => {
      log.fatal({ err: error }, 'could not stop in order')
      process.exit(1)
    })
  }
}
