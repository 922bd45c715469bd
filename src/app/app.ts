import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import websocket from '@fastify/websocket'
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyServerOptions,
} from 'fastify'
import type { Logger } from 'pino'
import type { Backends } from './backends.js'
import auth from './data/auth.js'
import { withSharedCache } from './data/cached-users.js'
import { type Database, noDatabase, openDatabase } from './data/database.js'
import { type UsersRepository, usersRepository } from './data/users-repository.js'
import { createRegistry, RequestMetrics } from './metrics.js'
import authRoutes from './routes/auth.js'
import echoRoute from './routes/echo.js'
import healthRoutes from './routes/health.js'
import metricsRoute from './routes/metrics.js'
import reportRoutes from './routes/reports.js'
import simpleRoutes from './routes/simple.js'
import taskRoutes from './routes/tasks.js'
import userRoutes from './routes/users.js'
import type { Settings } from './settings.js'
import {
  answerError,
  clientErrorHandler,
  codeOfStatus,
  errorBody,
  notFoundHandler,
} from './support/errors.js'
import { TrackedResponse, Traffic } from './support/traffic.js'
import { registerTaskMetrics } from './tasks/task-metrics.js'
import type { TaskService } from './tasks/task-service.js'

declare module 'fastify' {
  interface FastifyInstance {
    settings: Settings
    traffic: Traffic
    database: Database
    users: UsersRepository
    /** Null below the level that has a queue: the work is then done inline. */
    tasks: TaskService | null
  }
}

/** Builds the service; it listens nowhere yet. */
export function buildApp(settings: Settings, log: Logger, { tasks, cache }: Backends): FastifyInstance {
  const metrics = new RequestMetrics()
  const traffic = new Traffic({ limitConcurrency: settings.limitConcurrency, unmatched: metrics.unmatched })
  const app = Fastify(options(settings, traffic))
  const database =
    settings.databaseUrl === null
      ? noDatabase()
      : openDatabase(settings.databaseUrl, { min: settings.dbPoolMin, max: settings.dbPoolMax }, log)
  const users = usersRepository(database)
  const registry = createRegistry(metrics, traffic, database.poolUse)
  if (tasks !== null) registerTaskMetrics(registry, tasks)

  app.decorate('settings', settings)
  app.decorate('traffic', traffic)
  app.decorate('database', database)
  app.decorate('users', cache === null ? users : withSharedCache(users, cache))
  app.decorate('tasks', tasks)
  app.addHook('onClose', async () => {
    await Promise.all([database.close(), tasks?.close(), cache?.close()])
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const response = reply.raw as TrackedResponse
    response.series ??= metrics.ofRoute(request.method, request.routeOptions.url)
    answerError(log, error, request, reply)
  })
  app.setNotFoundHandler(notFoundHandler)
  observeRoutes(app, metrics)
  if (settings.requestLog) logRequests(app, log)

  app.register(websocket, { options: { maxPayload: settings.bodyLimit } })
  app.register(auth)
  app.register(healthRoutes)
  app.register(metricsRoute, { registry })
  app.register(echoRoute)
  app.register(simpleRoutes, { prefix: '/api' })
  app.register(userRoutes, { prefix: '/api/users' })
  app.register(authRoutes, { prefix: '/api/auth' })
  app.register(reportRoutes, { prefix: '/api/reports' })
  app.register(taskRoutes, { prefix: '/api/tasks' })
  return app
}

function options(settings: Settings, traffic: Traffic): FastifyServerOptions {
  return {
    // No logger here: a child logger a request is the dearest part of a small answer.
    logger: false,
    bodyLimit: settings.bodyLimit,
    trustProxy: trustedProxies(settings.trustProxy),
    clientErrorHandler,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      const status = error.statusCode ?? 400
      reply.code(status).send(errorBody(codeOfStatus(status), error.message))
    },
    serverFactory: (handler) => httpServer(settings, traffic, handler),
  }
}

/** A connection through a Unix socket has no address; the forwarded header's own entries all have. */
function trustedProxies(list: readonly string[]): NonNullable<FastifyServerOptions['trustProxy']> {
  if (list.includes('unix')) return (address: string | undefined, hop) => hop === 0 && !address
  return list.length > 0 ? [...list] : false
}

function httpServer(settings: Settings, traffic: Traffic, handler: RequestListener): Server {
  const common = {
    ServerResponse: TrackedResponse,
    keepAliveTimeout: settings.keepAliveSeconds * 1000,
  }
  const listener = traffic.listener(handler)
  if (settings.tls === null) {
    return createServer(common, listener).on('connection', traffic.onConnection)
  }
  return createTlsServer({ ...common, ...settings.tls }, listener).on(
    'secureConnection',
    traffic.onConnection,
  )
}

/**
 * Gives each response the series of its route, made once when the route is: by the handler, since a hook would cost
 * more than all else that is counted, and by the error handler for what never came so far.
 */
function observeRoutes(app: FastifyInstance, metrics: RequestMetrics): void {
  app.addHook('onRoute', (route) => {
    const series = metrics.forRoute(String(route.method), route.url)
    const { handler } = route
    route.handler = function (request, reply) {
      ;(reply.raw as TrackedResponse).series = series
      return handler.call(this, request, reply)
    }
  })
}

function logRequests(app: FastifyInstance, log: Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    log.info(
      {
        requestId: request.id,
        method: request.method,
        path: request.url.split('?', 1)[0],
        status: reply.statusCode,
        ip: request.ip,
        ms: Math.round(reply.elapsedTime * 1000) / 1000,
      },
      'request',
    )
    done()
  })
}
