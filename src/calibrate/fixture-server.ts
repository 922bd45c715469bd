import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { PauseLog } from '../stats/load/pauses.js'
import type { FixtureTruth, StallWindow } from './fixture-messages.js'
import { type Behaviour, isNth, LOG_IN_PATH } from './fixtures.js'
import { at, now } from './moments.js'
import { OneAtATime } from './one-at-a-time.js'

const BODY = 'ok'
const CHUNK = 'ok, and so on; '

/** How often, and how many times, to look whether the last connection has gone. */
const LOOK_MS = 5
const LOOKS = 400

/**
 * A bare HTTP server that behaves as it is told and notes, by the monotonic clock, when each request came and when its
 * answer had been handed to the system. One load at a time: `begin`, the load, `end`.
 *
 * The first request on a connection came when the connection was accepted: a client that has to connect waits for that
 * too. What the client itself takes between connecting and sending is thus within the truth, and never an error.
 */
export class FixtureServer {
  readonly #server: Server
  /** When a connection without a request so far was accepted. */
  readonly #acceptedAt = new WeakMap<Socket, number>()
  #load: Load
  #pauses = new PauseLog()
  #round: NodeJS.Immediate | undefined
  #goesRound = false
  /** When the first of this round was read. */
  #roundReadAt: number | null = null

  constructor() {
    this.#load = new Load({ delayMs: 0 }, () => {})
    this.#server = createServer((request, response) => {
      const readAt = this.#readAt()
      const arrivedAt = this.#acceptedAt.get(request.socket) ?? readAt
      this.#acceptedAt.delete(request.socket)
      this.#load.arrived(request, response, arrivedAt)
    })
    this.#server.on('connection', (socket) => this.#acceptedAt.set(socket, this.#readAt()))
    this.#server.headersTimeout = 0
    this.#server.requestTimeout = 0
    this.#server.on('clientError', (_error, socket) => socket.destroy())
  }

  /** Gives the port, on 127.0.0.1. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () =>
        resolve((this.#server.address() as AddressInfo).port),
      )
    })
  }

  close(): void {
    this.#server.close()
  }

  /** @param isAwake whether not to sleep until `end`: a core takes hundreds of µs to wake up, and nobody can tell */
  begin(behaviour: Behaviour, isAwake = false): void {
    this.#load.stop()
    // 0: idle connections stay, since a server that closes one as it is used again is a fixture of its own.
    this.#server.keepAliveTimeout = behaviour.idleMs ?? 0
    const pauses = new PauseLog()
    this.#pauses = pauses
    this.#load = new Load(behaviour, () => pauses.woke(nowUs()))
    clearImmediate(this.#round)
    this.#goesRound = isAwake
    if (isAwake) this.#goRound()
  }

  /**
   * When what is being read now was there: all that is read in one round was there when its first was. Who then waits
   * for its turn waits for the server.
   */
  #readAt(): number {
    this.#pauses.woke(nowUs())
    if (!this.#goesRound) return now()
    this.#roundReadAt ??= now()
    return this.#roundReadAt
  }

  #goRound(): void {
    const atUs = nowUs()
    this.#roundReadAt = null
    this.#pauses.woke(atUs)
    this.#pauses.rested(atUs)
    this.#round = setImmediate(() => this.#goRound())
  }

  /** What the load was, once its clients have gone; connections that they leave open are closed after 2 s. */
  async end(): Promise<FixtureTruth> {
    for (let look = 0; look < LOOKS && (await this.#connections()) > 0; look++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    this.#load.stop()
    clearImmediate(this.#round)
    this.#goesRound = false
    this.#server.closeAllConnections()
    return { ...this.#load.truth(), pauses: this.#pauses.pauses() }
  }

  #connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    )
  }
}

interface Waiting {
  /** Its number among the requests of the load, from 0. */
  readonly index: number
  readonly response: ServerResponse
  readonly arrivedAt: number
}

/** The machine's monotonic clock, which all processes share, in µs. */
const nowUs = () => Number(process.hrtime.bigint()) / 1e3

/** One load: behaviour, and the log of it. */
class Load {
  readonly #behaviour: Behaviour
  readonly #onWork: () => void
  readonly #counts = { requests: 0, answered: 0, dropped: 0, hung: 0 }
  readonly #residenceUs: (number | null)[] = []
  readonly #stalls: StallWindow[] = []
  readonly #held: Waiting[] = []
  readonly #turns: OneAtATime | null
  #firstAt: number | null = null
  #stallFrom: number | null = null
  #timer: NodeJS.Timeout | undefined

  /** @param onWork is called before an answer is given */
  constructor(behaviour: Behaviour, onWork: () => void) {
    this.#behaviour = behaviour
    this.#turns = behaviour.workMs === undefined ? null : new OneAtATime(behaviour.workMs)
    this.#onWork = onWork
  }

  arrived(request: IncomingMessage, response: ServerResponse, arrivedAt: number): void {
    const n = ++this.#counts.requests
    this.#residenceUs.push(null)
    const { delayMs, logInMs = delayMs, slow, dropEvery, hangEvery } = this.#behaviour
    if (this.#firstAt === null) this.#startCycles(arrivedAt)
    request.resume()
    if (isNth(n, hangEvery)) {
      this.#counts.hung++
      return
    }
    if (isNth(n, dropEvery)) {
      this.#counts.dropped++
      request.socket.end()
      return
    }
    const waiting = { index: n - 1, response, arrivedAt }
    if (request.url === LOG_IN_PATH) this.#answerAfter(logInMs, waiting)
    else if (this.#turns) this.#turns.take((begunAt) => this.#answer({ ...waiting, arrivedAt: begunAt }))
    else if (this.#stallFrom !== null) this.#held.push(waiting)
    else this.#answerAfter(isNth(n, slow?.every) ? (slow?.delayMs ?? 0) : delayMs, waiting)
  }

  /** No further stall, and nobody is held any longer. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#held.length = 0
  }

  truth(): Omit<FixtureTruth, 'pauses'> {
    return { counts: { ...this.#counts }, residenceUs: this.#residenceUs, stalls: this.#stalls }
  }

  #startCycles(firstAt: number): void {
    this.#firstAt = firstAt
    if (this.#behaviour.stall) this.#awaitStall(0)
  }

  /** The moments are those of the plan, from the first request on: a late timer does not put off the next. */
  #awaitStall(cycle: number): void {
    const { cycleMs, fromMs, lengthMs } = this.#behaviour.stall!
    const first = this.#firstAt!
    const from = first + cycle * cycleMs + fromMs
    this.#timer = setTimeout(() => {
      const start = now()
      this.#stallFrom = start
      this.#timer = setTimeout(
        () => {
          this.#stallFrom = null
          this.#stalls.push({ startUs: 1_000 * (start - first), endUs: 1_000 * (now() - first) })
          this.#release(this.#held.splice(0))
          this.#awaitStall(cycle + 1)
        },
        from + lengthMs - now(),
      )
    }, from - now())
  }

  /** One after the other, each written before the next: an answer's time is its own. */
  #release(waiting: readonly Waiting[], index = 0): void {
    const one = waiting[index]
    if (!one) return
    this.#answer(one, false)
    process.nextTick(() => this.#release(waiting, index + 1))
  }

  #answerAfter(ms: number, waiting: Waiting): void {
    if (ms === 0) this.#answer(waiting)
    else at(waiting.arrivedAt + ms, () => this.#answer(waiting))
  }

  #answer({ index, response, arrivedAt }: Waiting, isPrompt = true): void {
    this.#onWork()
    const { closes, chunks, bodyAfterMs } = this.#behaviour
    // The client has given up; its connection is gone.
    if (response.destroyed) return
    const answered = () => {
      this.#counts.answered++
      if (isPrompt) this.#residenceUs[index] = 1_000 * (now() - arrivedAt)
    }
    const headers: Record<string, string | number> = { 'content-type': 'text/plain' }
    if (closes) headers.connection = 'close'
    if (chunks === undefined) headers['content-length'] = BODY.length
    response.writeHead(200, headers)
    if (chunks !== undefined) writeChunks(response, chunks, answered)
    else if (bodyAfterMs !== undefined) {
      response.flushHeaders()
      at(now() + bodyAfterMs, () => response.end(BODY, answered))
    } else response.end(BODY, answered)
  }
}

function writeChunks(response: ServerResponse, left: number, written: () => void): void {
  if (left <= 0) {
    response.end(written)
    return
  }
  response.write(CHUNK)
  setImmediate(() => writeChunks(response, left - 1, written))
}
