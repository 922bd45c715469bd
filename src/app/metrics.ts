import client, { type Metric } from 'prom-client'
import type { PoolUse } from './data/database.js'
import { RouteSeries } from './support/request-series.js'
import type { Traffic } from './support/traffic.js'

const OBSERVERS = new Set([
  '/health',
  '/health/worker',
  '/health/queue',
  '/health/ready',
  '/ready',
  '/metrics',
])
const DURATION = 'http_request_duration_seconds'

/** Series of every route, made when the routes are, so that a request finds its own without a look-up. */
export class RequestMetrics {
  readonly unmatched = new RouteSeries('*', 'unmatched', true)
  readonly #routes = new Map<string, RouteSeries>()

  forRoute(method: string, route: string): RouteSeries {
    const series = new RouteSeries(method, route, !OBSERVERS.has(route))
    this.#routes.set(`${method} ${route}`, series)
    return series
  }

  /** Null for what no route is. */
  ofRoute(method: string, route: string | undefined): RouteSeries | null {
    return this.#routes.get(`${method} ${route}`) ?? null
  }

  values() {
    return [this.unmatched, ...this.#routes.values()].flatMap((series) => series.values(DURATION))
  }
}

/** Everything that `/metrics` shows; read when it is asked for. */
export function createRegistry(
  requests: RequestMetrics,
  traffic: Traffic,
  poolUse: () => PoolUse,
): client.Registry {
  const register = new client.Registry()
  // Event-loop lag, resident memory, heap, garbage collection, under their usual names.
  client.collectDefaultMetrics({ register })
  register.registerMetric(requestDuration(requests))
  gauge(register, 'http_active_connections', 'Open connections', () => traffic.connections)
  gauge(register, 'http_requests_in_flight', 'Requests that wait for their answer', () => traffic.inFlight)
  new client.Counter({
    name: 'http_requests_refused_total',
    help: 'Requests answered 503 because there were too many, or because the service was stopping',
    labelNames: ['reason'],
    registers: [register],
    collect() {
      this.reset()
      this.inc({ reason: 'limit' }, traffic.refused.limit)
      this.inc({ reason: 'draining' }, traffic.refused.draining)
    },
  })
  gauge(register, 'db_pool_connections', 'Open database connections', () => poolUse().total)
  gauge(register, 'db_pool_idle', 'Database connections without work', () => poolUse().idle)
  gauge(register, 'db_pool_waiting', 'Queries that wait for a connection', () => poolUse().waiting)
  gauge(register, 'db_pool_max', 'Database connections that may be opened', () => poolUse().max)
  return register
}

function gauge(register: client.Registry, name: string, help: string, read: () => number): void {
  new client.Gauge({
    name,
    help,
    registers: [register],
    collect() {
      this.set(read())
    },
  })
}

/** A histogram to prom-client's registry; its own one hashes labels in every request, which costs too much here. */
function requestDuration(requests: RequestMetrics): Metric<string> {
  const metric = {
    name: DURATION,
    help: 'Answers by method, route and status, and how long they took',
    get: async () => ({
      name: DURATION,
      help: metric.help,
      type: 'histogram',
      values: requests.values(),
      aggregator: 'sum',
    }),
  }
  return metric as unknown as Metric<string>
}
