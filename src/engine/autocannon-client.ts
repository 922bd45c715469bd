import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { codeOf, messageOf } from '../model/errors.js'
import type { Row } from '../model/rows.js'
import type { Fault } from './answer-check.js'
import type { AutocannonClient, ResponseHead, ResponseParser } from './autocannon-internals.js'
import type { CompiledStep, StepSequence } from './step-sequence.js'
import type { Tally } from './tally.js'
import type { WholeAnswers } from './whole-answer.js'

/** Longest pause before a connection is tried again after it failed again and again, in ms. */
const LONGEST_PAUSE_MS = 1_000

/** What the clients of one generator share. */
export interface ClientContext {
  readonly tally: Tally
  readonly wholeAnswers: WholeAnswers
  readonly timeoutSeconds: number
  /** The data of the next request, whichever client sends it. */
  readonly nextRow: () => Row | undefined
}

/**
 * Guards one client (one connection) of autocannon 9, which as it comes drops requests that were in flight when a
 * connection closes, sends on a connection that the server is about to close, retries a refused port without pause, and
 * breaks characters that are split over two reads. Autocannon still parses, times and sends: of each request its
 * `response` event gives the service time. The connection, and what becomes of a request without an answer, are ours.
 * A service time includes setting up the connection where its request was the first on a new one. HTTP/1.1 only; TLS
 * certificates are not verified.
 */
export class GuardedClient {
  readonly #client: AutocannonClient
  readonly #sequence: StepSequence<Buffer>
  readonly #nextRow: () => Row | undefined
  readonly #tally: Tally
  readonly #sendNow: () => void
  readonly #timeoutText: string
  readonly #wholeAnswers: WholeAnswers
  /** What autocannon does at the end of an answer's head, and at its own end. */
  #tellHead: (head: ResponseHead) => void = () => {}
  #tellEnd: () => void = () => {}
  #started = false
  #step: CompiledStep<Buffer> | null = null
  #bytes: Buffer = Buffer.alloc(0)
  #body: Buffer[] = []
  #fault: Fault | null = null
  #status = 0
  #keepAlive = true
  /** An answer came and the next request is to be sent, once the chunk that held it is read. */
  #due = false
  #surplus = false
  #failuresInTurn = 0
  #pause: NodeJS.Timeout | null = null

  constructor(
    client: AutocannonClient,
    sequence: StepSequence<Buffer>,
    { tally, wholeAnswers, timeoutSeconds, nextRow }: ClientContext,
  ) {
    this.#wholeAnswers = wholeAnswers
    this.#client = client
    this.#sequence = sequence
    this.#nextRow = nextRow
    this.#tally = tally
    this.#timeoutText = `timeout after ${timeoutSeconds} s`
    this.#sendNow = client._doRequest.bind(client)
    client.timeout = timeoutSeconds * 1_000
    client._connect = () => this.#connect()
    client._destroyConnection = () => this.#destroyed()
    client._doRequest = () => {
      this.#due = true
    }
    client.getRequestBuffer = () => this.#bytes
    client.requestIterator.nextRequest = () => {}
    client.requestIterator.recordBody = (_request, status) => this.#judge(status)
    client.pipelinedRequests.addByteCount = (count) => {
      this.#tally.bytesReceived += count
    }
    client.pipelinedRequests.addBody = (data) => {
      if (this.#step?.check.needsBody) this.#body.push(data)
    }
    client.on('response', (_status: number, _bytes: number, ms: number) => this.#answered(ms))
  }

  /** Connects and sends the first request; until then the client is quiet. */
  start(): void {
    this.#guardParser()
    this.#started = true
    this.#connect()
  }

  /** Counts what is in flight as unfinished and closes the connection for good. */
  stop(): void {
    this.#client.destroy()
  }

  #guardParser(): void {
    const { parser, pipelinedRequests } = this.#client
    const { kOnHeadersComplete, kOnMessageComplete } = parser.constructor
    const headersComplete = parser[kOnHeadersComplete] as (head: ResponseHead) => unknown
    const messageComplete = parser[kOnMessageComplete] as () => void
    this.#tellHead = (head) => {
      this.#status = head.statusCode
      this.#keepAlive = head.shouldKeepAlive
      headersComplete(head)
    }
    this.#tellEnd = messageComplete
    parser[kOnHeadersComplete] = (head) => {
      this.#tellHead(head)
      // The answer to HEAD has a length but no body, and only its sender knows.
      return this.#step?.head ? 1 : 0
    }
    parser[kOnMessageComplete] = () => {
      // 100 and 103 come before the answer itself. 101 ends HTTP on this connection.
      if (this.#status < 200 && this.#status !== 101) return
      if (this.#status === 101) this.#keepAlive = false
      if (pipelinedRequests.size() === 0) this.#surplus = true
      else messageComplete()
    }
  }

  #connect(): void {
    if (!this.#started || this.#client.destroyed || this.#pause) return
    const conn = this.#open()
    this.#client.conn = conn
    this.#client.parser.reinitialize('RESPONSE')
    this.#due = false
    this.#surplus = false
    // Once a connection is given up, what else becomes of it concerns no request.
    const whileOurs = (handle: () => void) => {
      if (this.#client.conn === conn) handle()
    }
    conn.on('data', (chunk: Buffer) => whileOurs(() => this.#received(chunk)))
    conn.on('end', () => whileOurs(() => this.#ended()))
    conn.on('error', (error) => whileOurs(() => this.#failed(codeOf(error) ?? messageOf(error))))
    conn.on('close', () => whileOurs(() => this.#failed('connection closed')))
    this.#send()
  }

  #open(): Socket {
    const { secure, opts } = this.#client
    const target = { host: opts.hostname, port: Number(opts.port), noDelay: true }
    if (!secure) return connectTcp(target)
    const servername = isIP(opts.hostname) ? {} : { servername: opts.hostname }
    return connectTls({ ...target, ...servername, rejectUnauthorized: false })
  }

  #send(): void {
    const { step, request } = this.#sequence.next(this.#nextRow())
    this.#step = step
    this.#bytes = request
    this.#tally.sent(step.index)
    this.#sendNow()
  }

  #received(chunk: Buffer): void {
    const { parser, pipelinedRequests } = this.#client
    pipelinedRequests.addByteCount(chunk.length)
    if (this.#readWhole(chunk)) {
      this.#next()
      return
    }
    const read = parser.execute(chunk)
    if (typeof read !== 'number') this.#failed('answer that is no HTTP')
    else if (this.#surplus || (this.#due && isInAnswer(parser))) this.#dropSurplus()
    else if (this.#due) this.#next()
  }

  /** Whether the chunk was exactly the answer that is waited for; then it is dealt with as the parser would have. */
  #readWhole(chunk: Buffer): boolean {
    const { parser, pipelinedRequests } = this.#client
    const step = this.#step as CompiledStep<Buffer>
    if (step.head || isInAnswer(parser) || pipelinedRequests.size() !== 1) return false
    const answer = this.#wholeAnswers.read(chunk)
    if (!answer) return false
    this.#tellHead({ statusCode: answer.status, shouldKeepAlive: true })
    if (step.check.needsBody && answer.bodyBytes > 0) this.#body.push(chunk.subarray(answer.bodyAt))
    this.#tellEnd()
    return true
  }

  #next(): void {
    this.#due = false
    if (this.#keepAlive) this.#send()
    else this.#reconnect()
  }

  /** More came than was asked for: whatever follows on this connection could not be told from an answer. */
  #dropSurplus(): void {
    this.#tally.noteError('data after the end of an answer')
    this.#failed('data after the end of an answer')
  }

  #ended(): void {
    // An answer without a length ends with its connection.
    const cut = this.#client.parser.finish()
    if (this.#due && !cut) this.#next()
    else this.#failed(cut ? 'closed in the middle of an answer' : 'closed without an answer')
  }

  #judge(status: number): void {
    const step = this.#step as CompiledStep<Buffer>
    let body = ''
    if (this.#body.length > 0) {
      body = (this.#body.length === 1 ? (this.#body[0] as Buffer) : Buffer.concat(this.#body)).toString()
      this.#body = []
    }
    this.#fault = step.check.judge(status, body, this.#sequence.captured)
  }

  #answered(ms: number): void {
    this.#failuresInTurn = 0
    this.#tally.answered((this.#step as CompiledStep<Buffer>).index, this.#status, ms * 1_000, this.#fault)
  }

  /** The connection is of no more use: counts the request that waited on it, and opens another. */
  #failed(what: string): void {
    if (this.#client.pipelinedRequests.size() > 0) {
      this.#failuresInTurn++
      this.#tally.connectionFailed(what)
    }
    this.#reconnect()
  }

  /** At once after a first failure, then after 5, 10, 20 … 1,000 ms. */
  #reconnect(): void {
    this.#detach()
    if (this.#failuresInTurn < 2) {
      this.#connect()
      return
    }
    const wait = Math.min(LONGEST_PAUSE_MS, 5 * 2 ** (this.#failuresInTurn - 2))
    this.#pause = setTimeout(() => {
      this.#pause = null
      this.#connect()
    }, wait)
  }

  /** Called by autocannon: its timer ran out, or the load is over. */
  #destroyed(): void {
    const pending = this.#client.pipelinedRequests.peek()
    if (pending && this.#step) {
      const [seconds, nanoseconds] = process.hrtime(pending.startTime)
      const us = seconds * 1e6 + nanoseconds / 1e3
      if (this.#client.destroyed) this.#tally.unfinished(this.#step.index, us)
      else this.#tally.timedOut(this.#step.index, us, this.#timeoutText)
    }
    if (this.#pause && this.#client.destroyed) clearTimeout(this.#pause)
    this.#detach()
  }

  #detach(): void {
    const { conn, pipelinedRequests } = this.#client
    pipelinedRequests.clear()
    this.#body = []
    this.#due = false
    this.#client.conn = undefined
    conn?.destroy()
  }
}

function isInAnswer({ state, line }: ResponseParser): boolean {
  return state !== 'RESPONSE_LINE' || line !== ''
}
