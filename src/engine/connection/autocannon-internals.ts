import type { EventEmitter } from 'node:events'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** What autocannon's client keeps of a request that waits for its answer. */
export interface PendingRequest {
  readonly startTime: [number, number]
}

/** A response's first lines, as http-parser-js gives them. */
export interface ResponseHead {
  readonly statusCode: number
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly shouldKeepAlive: boolean
}

/**
 * The parts of autocannon 9's `Client` (lib/httpClient.js) that the guards rely on; none of it is its documented
 * interface. `setupClient` gets the client after these are made and before its parser's callbacks are set and it first
 * connects. Pinned by test/integration/engine.
 */
export interface AutocannonClient extends EventEmitter {
  readonly opts: { readonly hostname: string; readonly port: number | string }
  readonly secure: boolean
  readonly destroyed: boolean
  /** In ms; read once after `setupClient`. */
  timeout: number
  conn: Socket | undefined
  readonly parser: ResponseParser
  readonly requestIterator: {
    nextRequest(): void
    recordBody(request: unknown, status: number, body: string, headers: readonly string[]): void
  }
  readonly pipelinedRequests: {
    peek(): PendingRequest | undefined
    size(): number
    clear(): void
    addBody(data: Buffer): void
    addByteCount(count: number): void
  }
  _connect(): void
  _doRequest(): void
  _destroyConnection(): void
  getRequestBuffer(): Buffer
  destroy(): void
}

/** A connection to where the client's requests go; certificates are not verified. */
export function openSocket({ secure, opts }: Pick<AutocannonClient, 'secure' | 'opts'>): Socket {
  const target = { host: opts.hostname, port: Number(opts.port), noDelay: true }
  if (!secure) return connectTcp(target)
  const servername = isIP(opts.hostname) ? {} : { servername: opts.hostname }
  return connectTls({ ...target, ...servername, rejectUnauthorized: false })
}

/** How long the client's request in flight has been under way; null where there is none. */
export function underWayUs({
  pipelinedRequests,
}: Pick<AutocannonClient, 'pipelinedRequests'>): number | null {
  const pending = pipelinedRequests.peek()
  if (!pending) return null
  const [seconds, nanoseconds] = process.hrtime(pending.startTime)
  return seconds * 1e6 + nanoseconds / 1e3
}

/** http-parser-js: its callbacks are properties named by the numbers that its constructor holds. */
export interface ResponseParser {
  readonly constructor: {
    readonly kOnHeadersComplete: number
    readonly kOnMessageComplete: number
    /** In bytes; taken over with each `reinitialize`. */
    maxHeaderSize: number
  }
  /** `RESPONSE_LINE` between two answers. */
  readonly state: string
  /** The part of a line that was read so far. */
  line: string
  /** What is being read, from where to where. */
  readonly chunk: Buffer
  offset: number
  readonly end: number
  readonly trailers: readonly string[]
  /** The next line without its end; undefined where it is not whole yet. Throws what `execute` gives back. */
  consumeLine(): string | undefined
  /** Adds a field to those before it. */
  parseHeader(line: string, headers: string[]): void
  [callback: number]: (head: ResponseHead) => unknown
  reinitialize(type: 'RESPONSE'): void
  /** The number of bytes read, or the error in them. */
  execute(chunk: Buffer): number | Error
  /** Tells it that no more will come; an error where an answer is cut off. */
  finish(): Error | undefined
}
