import { createHash, timingSafeEqual } from 'node:crypto'
import { writeSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import Fastify from 'fastify'
import { pino } from 'pino'
import { settingsOrExit } from './settings.js'
import { SettingReader } from './support/setting-reader.js'
import { FAIL_FAST, TaskQueues } from './tasks/task-queues.js'

const MIN_PASSWORD = 12

/** The dashboard of the queue: for people who operate the service, on an address of its own, behind a password. */
const settings = settingsOrExit(process.env)
const read = new SettingReader(process.env)
const host = read.text('BOARD_HOST') ?? '127.0.0.1'
const port = read.integer('BOARD_PORT', 3001, { min: 0, max: 65_535 })
const user = read.text('BOARD_USER') ?? 'admin'
const password = read.checked('BOARD_PASSWORD', (value) =>
  value.length < MIN_PASSWORD ? `is too short; it must have at least ${MIN_PASSWORD} characters` : null,
)
if (read.text('BOARD_PASSWORD') === null) {
  read.problem(`BOARD_PASSWORD: is required; set at least ${MIN_PASSWORD} characters`)
}
if (settings.tasks === null) read.problem('ENABLE_BACKGROUND_TASKS: must be true for the dashboard')
if (settings.tasks === null || password === null || read.problems.length > 0) {
  writeSync(2, `${read.problems.join('\n')}\n`)
  process.exit(2)
}

const log = pino({ level: settings.logLevel, base: { pid: process.pid, role: 'board' } })
const queues = new TaskQueues(settings.tasks, FAIL_FAST, log)
const adapter = new FastifyAdapter()
createBullBoard({
  queues: queues.all().map((queue) => new BullMQAdapter(queue)),
  serverAdapter: adapter,
})

const app = Fastify({ logger: false })
const expected = digest(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`)
app.addHook('onRequest', async (request, reply) => {
  if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return
  reply.header('www-authenticate', 'Basic realm="queue", charset="UTF-8"')
  await reply.code(401).send({ error: { code: 'unauthorized', message: 'User and password, please' } })
})
app.register(adapter.registerPlugin())
app.addHook('onClose', () => queues.close())
try {
  await app.listen({ host, port })
} catch (error) {
  log.fatal(`cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}
log.info(`listening on ${host}:${(app.server.address() as AddressInfo).port}`)
process.send?.('ready')
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, leave)

function leave(): void {
  app.close().then(
    () => process.exit(0),
    (error: unknown) => {
      log.fatal({ err: error }, 'could not stop in order')
      process.exit(1)
    },
  )
}

/** Texts of any length become alike long, so that comparing them tells nothing by its time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
