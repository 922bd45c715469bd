import type { Row } from '../../model/data/rows.js'
import { codeOf, messageOf } from '../../words/errors.js'
import { AnswerReader } from '../connection/answer-reader.js'
import { type AutocannonClient, openSocket, underWayUs } from '../connection/autocannon-internals.js'
import { excerptOf } from '../connection/excerpt.js'
import { idleBeforeRace, KEEP_ALIVE_RACE } from '../connection/keep-alive-race.js'
import type { WholeAnswers } from '../connection/whole-answer.js'
import { isOwnLimit } from '../process/own-limits.js'
import type { Fault } from '../steps/answer-check.js'
import type { StepSequence } from '../steps/step-sequence.js'
import type { CompiledStep } from '../steps/steps.js'
import type { Seen } from '../tally/fault-log.js'
import type { Tally } from '../tally/tally.js'
import { ExactPause, pauseAfter } from './exact-pause.js'

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
 * A service time includes setting up the connection where its request was the first on a new one. A user's think time
 * belongs to none. HTTP/1.1 only; TLS certificates are not verified.
 */
export class GuardedClient {
  readonly #client: AutocannonClient
  readonly #sequence: StepSequence<Buffer>
  readonly #nextRow: () => Row | undefined
  readonly #tally: Tally
  readonly #sendNow: () => void
  readonly #timeoutText: string
  readonly #answers: AnswerReader
  #started = false
  #step: CompiledStep<Buffer> | null = null
  #bytes: Buffer = Buffer.alloc(0)
  #fault: Fault | null = null
  #failuresInTurn = 0
  /** Set when the load is over: called when what was in flight then has come to its end. */
  #whenLanded: (() => void) | null = null
  /** When its last answer on this connection ended; null where there was none. */
  #servedMs: number | null = null
  #sentMs = 0
  #hasBegun = false
  /** Until the user has thought, or a connection is tried again. */
  readonly #pause = new ExactPause()

  constructor(
    client: AutocannonClient,
    sequence: StepSequence<Buffer>,
    { tally, wholeAnswers, timeoutSeconds, nextRow }: ClientContext,
  ) {
    this.#answers = new AnswerReader(client, wholeAnswers, () => this.#step as CompiledStep<Buffer>)
    this.#client = client
    this.#sequence = sequence
    this.#nextRow = nextRow
    this.#tally = tally
    this.#timeoutText = `timeout after ${timeoutSeconds} s`
    this.#sendNow = client._doRequest.bind(client)
    client.timeout = timeoutSeconds * 1_000
    client._connect = () => this.#connect()
    client._destroyConnection = () => this.#destroyed()
    // The next request is sent when the chunk that held the answer is read.
    client._doRequest = () => {}
    client.getRequestBuffer = () => this.#bytes
    client.requestIterator.nextRequest = () => {}
    client.requestIterator.recordBody = (_request, status) => this.#judge(status)
    client.pipelinedRequests.addByteCount = (count) => {
      this.#tally.bytesReceived += count
    }
    client.on('response', (_status: number, _bytes: number, ms: number) => this.#answered(ms))
  }

  /** Connects and sends the first request; until then the client is quiet. */
  start(): void {
    this.#answers.guardParser()
    this.#started = true
    this.#connect()
  }

  /**
   * Counts what is in flight as unfinished, and sends nothing more.
   * @param whenLanded called when that has its answer, or will never get one
   * @returns whether there is any
   */
  end(whenLanded: () => void): boolean {
    const us = underWayUs(this.#client)
    this.#whenLanded = whenLanded
    this.#answers.ignoreBodies()
    if (us === null) {
      this.#client.destroy()
      return false
    }
    this.#tally.unfinished((this.#step as CompiledStep<Buffer>).index, us)
    return true
  }

  /** Closes the connection for good; to be called after `end`. */
  stop(): void {
    this.#client.destroy()
  }

  #connect(): void {
    if (!this.#started || this.#client.destroyed || this.#pause.isOn || this.#whenLanded) return
    const conn = openSocket(this.#client)
    this.#client.conn = conn
    this.#answers.restart()
    this.#servedMs = null
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

  #send(): void {
    const { step, request } = this.#sequence.next(this.#nextRow())
    this.#step = step
    this.#bytes = request
    this.#tally.sent(step.index)
    this.#sentMs = performance.now()
    this.#hasBegun = false
    this.#sendNow()
  }

  #received(chunk: Buffer): void {
    const { pipelinedRequests } = this.#client
    pipelinedRequests.addByteCount(chunk.length)
    this.#hasBegun = true
    const problem = this.#answers.read(chunk)
    if (problem) {
      // What came beyond an answer is no request's fault; nothing after it could be told from an answer.
      if (problem === 'data after the end of an answer') this.#tally.noteError(problem)
      this.#failed(problem, () => ({ text: excerptOf(chunk) }))
    } else if (pipelinedRequests.size() === 0) this.#next()
  }

  #next(): void {
    if (this.#whenLanded) {
      this.#landed()
      return
    }
    if (!this.#answers.keepAlive) this.#detach()
    const step = this.#step as CompiledStep<Buffer>
    const thinkMs = this.#sequence.thinkSeconds(step) * 1e3
    const pauseMs = Math.max(thinkMs, this.#fault ? this.#sequence.refused(step, this.#fault) : 0)
    if (pauseMs > 0) this.#pause.start(pauseMs, () => this.#go())
    else this.#go()
  }

  #go(): void {
    if (this.#client.conn) this.#send()
    else this.#connect()
  }

  #ended(): void {
    const { pipelinedRequests } = this.#client
    const waited = pipelinedRequests.size() > 0
    const isCut = this.#answers.end()
    if (waited && pipelinedRequests.size() === 0 && !isCut) this.#next()
    else this.#failed(isCut ? 'closed in the middle of an answer' : 'closed without an answer')
  }

  #judge(status: number): void {
    const { check } = this.#step as CompiledStep<Buffer>
    this.#fault = check.judge(status, this.#answers.takeBody(), this.#sequence.captured)
  }

  #answered(ms: number): void {
    // It is counted as unfinished, and its body was not kept.
    if (this.#whenLanded) return
    this.#failuresInTurn = 0
    if (!this.#fault) this.#tally.lastOkMs = performance.now()
    this.#tally.answered(
      (this.#step as CompiledStep<Buffer>).index,
      this.#answers.status,
      ms * 1_000,
      this.#fault,
      () => this.#answers.example(),
    )
    this.#servedMs = performance.now()
  }

  /** The connection is of no more use: counts the request that waited on it, and opens another. */
  #failed(what: string, seen?: Seen): void {
    if (this.#whenLanded) {
      this.#landed()
      return
    }
    if (this.#client.pipelinedRequests.size() > 0 && this.#step) {
      this.#failuresInTurn++
      const { index } = this.#step
      const times = { servedMs: this.#servedMs, sentMs: this.#sentMs, nowMs: performance.now() }
      const idleSeconds = this.#hasBegun ? null : idleBeforeRace({ what, ...times })
      if (isOwnLimit(what)) this.#tally.limited(index, what)
      else if (idleSeconds === null) this.#tally.connectionFailed(index, what, seen)
      else this.#tally.connectionFailed(index, KEEP_ALIVE_RACE, () => ({ idleSeconds }))
    }
    this.#reconnect()
  }

  /** What was in flight at the end of the load has its answer, or will never get one. */
  #landed(): void {
    if (this.#client.destroyed) return
    this.#client.destroy()
    this.#whenLanded?.()
  }

  /** A user who thinks connects afterwards. */
  #reconnect(): void {
    this.#detach()
    const ms = pauseAfter(this.#failuresInTurn)
    if (ms === 0) this.#connect()
    else this.#pause.start(ms, () => this.#go())
  }

  /** Called by autocannon: its timer ran out, or the load is over. */
  #destroyed(): void {
    // Its answer is waited for, however long it takes.
    if ((this.#pause.isOn || this.#whenLanded) && !this.#client.destroyed) return
    const us = this.#whenLanded ? null : underWayUs(this.#client)
    if (us !== null) {
      this.#tally.timedOut((this.#step as CompiledStep<Buffer>).index, us, this.#timeoutText)
    }
    this.#pause.end()
    this.#detach()
  }

  #detach(): void {
    const { conn, pipelinedRequests } = this.#client
    pipelinedRequests.clear()
    this.#answers.takeBody()
    this.#client.conn = undefined
    conn?.destroy()
  }
}
