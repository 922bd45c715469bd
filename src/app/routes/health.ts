import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { RuntimeUse } from '../support/runtime-use.js'

const PROBE_TIMEOUT_MS = 2_000

const Health = Type.Object({ status: Type.Literal('healthy') })
const Readiness = Type.Object({
  status: Type.Enum(['ready', 'not ready']),
  checks: Type.Record(Type.String(), Type.String()),
})
const WorkerState = Type.Object({
  status: Type.Enum(['healthy', 'draining']),
  worker_id: Type.String(),
  node_id: Type.String(),
  uptime_seconds: Type.Number(),
  active_connections: Type.Integer(),
  requests_served: Type.Integer(),
  requests_in_flight: Type.Integer(),
  event_loop_delay_p99_ms: Type.Number(),
  event_loop_active_seconds_total: Type.Number(),
  gc_seconds_total: Type.Number(),
  db_pool_used: Type.Optional(Type.Integer()),
  db_pool_waiting: Type.Optional(Type.Integer()),
})

const routes: FastifyPluginAsyncTypebox = async (app) => {
  const { settings, traffic } = app
  const runtime = new RuntimeUse()
  app.addHook('onClose', async () => runtime.stop())

  app.get('/health', { schema: { response: { 200: Health } } }, (_request, reply) => {
    reply.send({ status: 'healthy' })
  })

  app.get('/health/worker', { schema: { response: { 200: WorkerState } } }, (_request, reply) => {
    reply.send({
      status: traffic.admission === 'open' ? 'healthy' : 'draining',
      // In containers every worker has the same pid.
      worker_id: settings.distributed ? `${settings.nodeId}:${process.pid}` : String(process.pid),
      node_id: settings.nodeId,
      uptime_seconds: thousandths(process.uptime()),
      active_connections: traffic.connections,
      requests_served: traffic.served,
      // The question itself is one of them.
      requests_in_flight: traffic.inFlight,
      event_loop_delay_p99_ms: thousandths(runtime.loopDelayP99Ms),
      event_loop_active_seconds_total: thousandths(runtime.loopActiveSeconds),
      gc_seconds_total: thousandths(runtime.gcSeconds),
      ...(settings.databaseUrl === null ? {} : poolUse()),
    })
  })

  const poolUse = () => {
    const { total, idle, waiting } = app.database.poolUse()
    return { db_pool_used: total - idle, db_pool_waiting: waiting }
  }

  const databaseProblem = shared(() => app.database.probe(PROBE_TIMEOUT_MS))
  const queueProblem = shared(async () => app.tasks?.probe(PROBE_TIMEOUT_MS))

  const answer = async (_request: unknown, reply: FastifyReply) => {
    const configured = settings.databaseUrl !== null
    const [problem, noQueue] = await Promise.all([configured ? databaseProblem() : null, queueProblem()])
    const draining = traffic.admission !== 'open'
    const ready = problem === null && noQueue === null && !draining
    reply.code(ready ? 200 : 503)
    if (!ready) reply.header('retry-after', '1')
    return {
      status: ready ? ('ready' as const) : ('not ready' as const),
      checks: {
        service: draining ? 'stopping' : 'ok',
        database: configured ? (problem ?? 'ok') : 'not configured (DATABASE_URL is not set)',
        ...(app.tasks === null ? {} : { queue: noQueue ?? 'ok' }),
      },
    }
  }
  const schema = { response: { 200: Readiness, 503: Readiness } }
  app.get('/ready', { schema }, answer)
  app.get('/health/ready', { schema }, answer)

  if (app.tasks !== null) {
    const { tasks } = app
    app.get('/health/queue', async () => {
      const { completion, run: _run, ...counts } = await tasks.queueState()
      return { ...counts, completion_seconds: completion }
    })
  }
}

/**
 * What is wrong, or null. Questions that come while one is being answered share its answer: probes must not queue up on
 * a slow database.
 */
function shared(probe: () => Promise<void>): () => Promise<string | null> {
  let checking: Promise<string | null> | null = null
  return () => {
    checking ??= probe()
      .then(() => null, describe)
      .finally(() => {
        checking = null
      })
    return checking
  }
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000
}

function describe(error: unknown): string {
  // A refused connection to a name with several addresses has its text in the inner errors.
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ')
  return error instanceof Error ? error.message : String(error)
}

export default routes
