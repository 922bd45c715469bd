import type { Socket } from 'node:net'
import type { buildConnector } from 'undici'
import { Client, type Dispatcher } from 'undici'
import { MOST_HEADER_BYTES, TOO_LONG_HEAD } from '../../model/plan/answer-limits.js'
import type { ErrorExample } from '../../model/run/sample.js'
import { codeOf, messageOf } from '../../words/errors.js'
import { type AnswerBody, NO_BODY } from '../steps/unpack.js'
import type { Seen } from '../tally/fault-log.js'
import { UNASKED } from './answer-reader.js'
import { isBodiless } from './answer-status.js'
import { exampleOf, startOf } from './excerpt.js'
import { idleBeforeRace, KEEP_ALIVE_RACE } from './keep-alive-race.js'

/** What becomes of a connection and of the one request on it. */
export interface ConnectionListener<Flight> {
  /** The request is being written, now. */
  onSent(flight: Flight): void
  /** @param body empty unless it was to be kept */
  onAnswer(connection: OpenConnection<Flight>, status: number, body: AnswerBody): void
  /** The request got no whole answer. The connection can take another one after the call. */
  onFailure(connection: OpenConnection<Flight>, what: string, seen?: Seen): void
}

/** An idle connection is closed this long before the server said it would, so that no request meets its end. */
const KEEP_ALIVE_MARGIN_MS = 500

const HOUR_MS = 3_600_000

/**
 * One connection over an undici 7 `Client`, with one request at a time and no pipelining; connected when it is needed.
 *
 * undici never writes a request twice: with one request at a time a connection that ends fails the request that was
 * written on it. A request that waits (undici looks once round the event loop whether an idle connection has ended)
 * goes to a new connection instead, with nothing written yet. test/integration/engine holds it to that.
 */
export class OpenConnection<Flight> implements Dispatcher.DispatchHandler {
  /** The request under way, or null. */
  flight: Flight | null = null
  readonly #client: Client
  readonly #listener: ConnectionListener<Flight>
  #keepsBody = false
  #chunks: Buffer[] = []
  #status = 0
  #location: string | undefined
  /** The first part of the body. */
  #start: Buffer | null = null
  #encoding = ''
  #isGone = false
  #socket: Socket | null = null
  /** When its socket's last answer ended; null where there was none. */
  #servedMs: number | null = null
  #sentMs = 0

  constructor(
    origin: string,
    connect: (connection: OpenConnection<Flight>) => buildConnector.connector,
    listener: ConnectionListener<Flight>,
  ) {
    this.#listener = listener
    this.#client = new Client(origin, {
      pipelining: 1,
      maxHeaderSize: MOST_HEADER_BYTES,
      connect: this.#watched(connect(this)),
      // Time limits are the generator's.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: HOUR_MS,
      keepAliveMaxTimeout: HOUR_MS,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
    })
  }

  send(flight: Flight, request: Dispatcher.DispatchOptions, keepsBody: boolean): void {
    this.flight = flight
    this.#keepsBody = keepsBody
    this.#status = 0
    this.#location = undefined
    this.#start = null
    this.#client.dispatch(request, this)
  }

  /** Gives up the connection and whatever is under way on it; nothing more is heard of it. */
  destroy(): void {
    this.#isGone = true
    this.flight = null
    this.#client.destroy(() => {})
  }

  onRequestStart(): void {
    this.#sentMs = performance.now()
    if (this.flight !== null) this.#listener.onSent(this.flight)
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // 103 comes before the answer itself.
    if (status < 200) return
    this.#status = status
    this.#encoding = [headers['content-encoding'] ?? []].flat().join(', ')
    const { location } = headers
    if (typeof location === 'string') this.#location = location
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#start ??= startOf(chunk)
    if (this.#keepsBody) this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#servedMs = performance.now()
    if (!this.#isGone) this.#listener.onAnswer(this, this.#status, this.#takeBody())
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#takeBody()
    if (this.#isGone) return
    // undici misses the body then, and closes the connection.
    if (isBodiless(this.#status) && codeOf(error) === LENGTH_MISMATCH) {
      this.onResponseEnd()
      return
    }
    const what = failureOf(error, this.#status > 0, this.#socket?.readableEnded ?? false)
    const [servedMs, sentMs, nowMs] = [this.#servedMs, this.#sentMs, performance.now()]
    const idleSeconds = this.#status > 0 ? null : idleBeforeRace({ what, servedMs, sentMs, nowMs })
    if (idleSeconds !== null) this.#listener.onFailure(this, KEEP_ALIVE_RACE, () => ({ idleSeconds }))
    else if (what === NO_HTTP) this.#listener.onFailure(this, what, () => ({ text: complaintOf(error) }))
    else this.#listener.onFailure(this, what)
  }

  /** What the last answer looked like; to be asked before the next request is sent. */
  example(): ErrorExample {
    return exampleOf(this.#status, this.#location, this.#start)
  }

  #watched(connect: buildConnector.connector): buildConnector.connector {
    return (options, callback) =>
      connect(options, (...result) => {
        this.#socket = result[1]
        this.#servedMs = null
        callback(...result)
      })
  }

  #takeBody(): AnswerBody {
    if (this.#chunks.length === 0) return NO_BODY
    const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks)
    this.#chunks = []
    return { bytes, encoding: this.#encoding }
  }
}

const NO_HTTP = 'answer that is no HTTP'

/** undici's, of a body that is not as long as its head says. */
const LENGTH_MISMATCH = 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'

/**
 * The closed loop's words for the same thing.
 * @param hasEnded whether the other side had closed
 */
export function failureOf(error: Error, inAnswer: boolean, hasEnded: boolean): string {
  const code = codeOf(error) ?? ''
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'HPE_HEADER_OVERFLOW') return TOO_LONG_HEAD
  // undici calls whatever its parser refuses behind a Content-Length a mismatch.
  const isRefused = code === LENGTH_MISMATCH || error.name === 'HTTPParserError'
  if (isRefused && !hasEnded) return NO_HTTP
  if (code === 'UND_ERR_SOCKET' && /^bad (response|upgrade)$/.test(error.message)) return UNASKED
  const isCut = isRefused || (code === 'UND_ERR_SOCKET' && error.message === 'other side closed')
  if (isCut) return inAnswer ? 'closed in the middle of an answer' : 'closed without an answer'
  if (code.startsWith('UND_ERR_') || code === '') return messageOf(error)
  return code
}

/** What the parser did not like; it does not say what it met behind a Content-Length. */
function complaintOf({ message }: Error): string {
  return /\((.+)\)$/.exec(message)?.[1] ?? 'malformed behind its Content-Length'
}
