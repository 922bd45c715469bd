import { type IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { errorBody } from './errors.js'
import type { RouteSeries } from './request-series.js'

/** A response that knows its route and its start, so that what is counted when it ends needs no look-up. */
export class TrackedResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  series: RouteSeries | null = null
  startedAt = 0
}

const latest = Symbol('latest response')

/** A connection with the response to its latest request. */
type TrackedSocket = Socket & { [latest]?: ServerResponse | null }

/** `leaving` answers as ever but closes each connection with its answer; `refusing` answers 503. */
export type Admission = 'open' | 'leaving' | 'refusing'

export interface TrafficOptions {
  /** Requests in flight beyond which new ones get 503; 0 is no limit. */
  readonly limitConcurrency: number
  /** Series for what no route answered. */
  readonly unmatched: RouteSeries
}

const OBSERVER = /^\/(health|ready|metrics)(\/|\?|$)/

/**
 * Every request passes here, before the framework and after it. It counts what is in flight, refuses what is too
 * much, and tells clients to go elsewhere when the service leaves. The path is hot: a few assignments a request.
 */
export class Traffic {
  admission: Admission = 'open'
  inFlight = 0
  /** Answered requests other than those of observers (`/health…`, `/ready`, `/metrics`). */
  served = 0
  /** Refused for being too many, or for coming too late. */
  readonly refused = { limit: 0, draining: 0 }
  /** Called once, when `served` reaches `serveLimit`. */
  onServeLimit: () => void = () => {}
  serveLimit = Number.POSITIVE_INFINITY

  readonly #options: TrafficOptions
  readonly #connections = new Set<TrackedSocket>()
  readonly #onClose: (this: TrackedResponse) => void
  #idleWaiters: (() => void)[] = []

  constructor(options: TrafficOptions) {
    this.#options = options
    const self = this
    this.#onClose = function (this: TrackedResponse) {
      self.#finished(this)
    }
  }

  get connections(): number {
    return this.#connections.size
  }

  readonly onConnection = (socket: TrackedSocket): void => {
    socket[latest] = null
    this.#connections.add(socket)
    socket.once('close', () => {
      this.#connections.delete(socket)
      if (this.#connections.size === 0) this.#wake()
    })
  }

  /** Wraps the framework's request listener. */
  listener(next: RequestListener): RequestListener {
    return (request: IncomingMessage, response: ServerResponse) => {
      const tracked = response as TrackedResponse
      tracked.startedAt = performance.now()
      tracked.on('close', this.#onClose)
      ;(request.socket as TrackedSocket)[latest] = response
      this.inFlight++
      if (this.admission !== 'open') {
        response.setHeader('connection', 'close')
        if (this.admission === 'refusing' && !isObserver(request.url)) {
          this.refused.draining++
          refuse(response, 'draining', 'The service is stopping')
          return
        }
      }
      const limit = this.#options.limitConcurrency
      if (limit !== 0 && this.inFlight > limit && !isObserver(request.url)) {
        this.refused.limit++
        refuse(response, 'overloaded', 'Too many requests are in flight')
        return
      }
      next(request, response)
    }
  }

  /** From now on every answer, also of what is in flight, tells its client that the connection closes. */
  leave(admission: 'leaving' | 'refusing'): void {
    this.admission = admission
    for (const { [latest]: response } of this.#connections) {
      if (response && !response.writableEnded && !response.headersSent) {
        response.setHeader('connection', 'close')
      }
    }
  }

  /** Resolves when `condition` holds; it is looked at whenever a request or connection ends. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => this.#idleWaiters.push(resolve))
    }
  }

  #finished(response: TrackedResponse): void {
    this.inFlight--
    if (response.writableFinished) {
      const series = response.series ?? this.#options.unmatched
      series.observe(response.statusCode, performance.now() - response.startedAt)
      if (series.counted && ++this.served >= this.serveLimit) {
        this.serveLimit = Number.POSITIVE_INFINITY
        this.onServeLimit()
      }
    }
    if (this.inFlight === 0 && this.#idleWaiters.length > 0) this.#wake()
  }

  #wake(): void {
    const waiters = this.#idleWaiters
    this.#idleWaiters = []
    for (const resolve of waiters) resolve()
  }
}

/** They are answered to the end and at any load; readiness says 503 by itself while draining. */
function isObserver(url: string | undefined): boolean {
  return OBSERVER.test(url ?? '')
}

function refuse(response: ServerResponse, code: string, message: string): void {
  const body = JSON.stringify(errorBody(code, message))
  response.writeHead(503, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'retry-after': '1',
  })
  response.end(body)
}
