import { MOST_HEADER_BYTES, TOO_LONG_HEAD } from '../../model/plan/answer-limits.js'
import type { ErrorExample } from '../../model/run/sample.js'
import type { CompiledStep } from '../steps/steps.js'
import { type AnswerBody, NO_BODY } from '../steps/unpack.js'
import { isBodiless, isRedirect } from './answer-status.js'
import type { AutocannonClient, ResponseHead, ResponseParser } from './autocannon-internals.js'
import { exampleOf, startOf } from './excerpt.js'
import { makeStrict } from './strict-parser.js'
import type { WholeAnswers } from './whole-answer.js'

/** What a chunk brought beside parts of answers. */
export type ReadProblem =
  | 'answer that is no HTTP'
  | 'data after the end of an answer'
  | typeof TOO_LONG_HEAD
  | typeof UNASKED

/** Nothing asks for either: such an answer ends HTTP on its connection, or what comes next is not to be trusted. */
export const UNASKED = 'answer 100 or 101 that no request asked for'

/**
 * Reads the answers on one client of autocannon 9: those that come whole by `WholeAnswers`, all others by autocannon's
 * parser, whose callbacks it guards. To be told of a connection before its first chunk.
 */
export class AnswerReader {
  readonly #client: AutocannonClient
  readonly #wholeAnswers: WholeAnswers
  readonly #stepOf: () => CompiledStep<Buffer>
  /** What autocannon does at the end of an answer's head, and at its own end. */
  #tellHead: (head: ResponseHead) => void = () => {}
  #tellEnd: () => void = () => {}
  #keepsBodies = true
  #body: Buffer[] = []
  #status = 0
  #encoding = ''
  #keepAlive = true
  #surplus = false
  #unasked = false
  /** Where the last answer redirects to. */
  #location: () => string | undefined = () => undefined
  /** The first part of its body. */
  #start: Buffer | null = null

  /** @param stepOf tells the step whose answer is waited for */
  constructor(client: AutocannonClient, wholeAnswers: WholeAnswers, stepOf: () => CompiledStep<Buffer>) {
    this.#client = client
    this.#wholeAnswers = wholeAnswers
    this.#stepOf = stepOf
    client.pipelinedRequests.addBody = (data) => {
      this.#start ??= startOf(data)
      if (this.#keepsBodies && this.#stepOf().check.needsBody) this.#body.push(data)
    }
  }

  /** Of the last answer. */
  get status(): number {
    return this.#status
  }

  /** Whether the connection is of further use after the last answer. */
  get keepAlive(): boolean {
    return this.#keepAlive
  }

  /** Takes the place of the callbacks that autocannon has set, once it has. */
  guardParser(): void {
    const { parser, pipelinedRequests } = this.#client
    const { kOnHeadersComplete, kOnMessageComplete } = parser.constructor
    makeStrict(parser)
    parser.constructor.maxHeaderSize = MOST_HEADER_BYTES
    const headersComplete = parser[kOnHeadersComplete] as (head: ResponseHead) => unknown
    const messageComplete = parser[kOnMessageComplete] as () => void
    this.#tellHead = (head) => {
      this.#start = null
      this.#location = () => locationIn(head.headers)
      this.#status = head.statusCode
      this.#keepAlive = head.shouldKeepAlive
      headersComplete(head)
    }
    this.#tellEnd = messageComplete
    parser[kOnHeadersComplete] = (head) => {
      if (head.statusCode === 100 || head.statusCode === 101) this.#unasked = true
      this.#encoding = this.#stepOf().check.needsBody ? encodingOf(head.headers) : ''
      this.#tellHead(head)
      // That the answer to HEAD has none only its sender knows.
      return this.#stepOf().head || isBodiless(head.statusCode) ? 1 : 0
    }
    parser[kOnMessageComplete] = () => {
      // 103 comes before the answer itself.
      if (this.#unasked || this.#status < 200) return
      if (pipelinedRequests.size() === 0) this.#surplus = true
      else messageComplete()
    }
  }

  /** For a new connection. */
  restart(): void {
    this.#client.parser.reinitialize('RESPONSE')
    this.#surplus = false
    this.#unasked = false
  }

  /** What the last answer looked like; to be asked before the next one comes. */
  example(): ErrorExample {
    return exampleOf(this.#status, this.#location(), this.#start)
  }

  /** Reads a chunk; autocannon tells of the answer that ends with it. */
  read(chunk: Buffer): ReadProblem | null {
    const { parser, pipelinedRequests } = this.#client
    // Nothing is waited for: while its user thinks.
    if (pipelinedRequests.size() === 0) return 'data after the end of an answer'
    if (this.#readWhole(chunk)) return null
    const read = parser.execute(chunk)
    if (typeof read !== 'number') {
      return read.message === 'max header size exceeded' ? TOO_LONG_HEAD : 'answer that is no HTTP'
    }
    if (this.#unasked) return UNASKED
    const answered = pipelinedRequests.size() === 0
    return this.#surplus || (answered && isInAnswer(parser)) ? 'data after the end of an answer' : null
  }

  /** No more will come; an answer without a length ends so. Whether one was cut off. */
  end(): boolean {
    return this.#client.parser.finish() !== undefined
  }

  /** From now on they are read and not kept. */
  ignoreBodies(): void {
    this.#keepsBodies = false
    this.#body = []
  }

  takeBody(): AnswerBody {
    if (this.#body.length === 0) return NO_BODY
    const bytes = this.#body.length === 1 ? (this.#body[0] as Buffer) : Buffer.concat(this.#body)
    this.#body = []
    return { bytes, encoding: this.#encoding }
  }

  /** Whether the chunk was exactly the answer that is waited for; then it is dealt with as the parser would have. */
  #readWhole(chunk: Buffer): boolean {
    const step = this.#stepOf()
    if (step.head || isInAnswer(this.#client.parser)) return false
    const answer = this.#wholeAnswers.read(chunk)
    if (!answer) return false
    this.#encoding = answer.encoding
    this.#tellHead({ statusCode: answer.status, shouldKeepAlive: true, headers: [] })
    if (isRedirect(answer.status)) {
      const fields = fieldsOf(chunk.toString('latin1', 0, answer.bodyAt))
      this.#location = () => locationIn(fields)
    }
    if (answer.bodyBytes > 0) {
      const body = chunk.subarray(answer.bodyAt)
      this.#start = startOf(body)
      if (this.#keepsBodies && step.check.needsBody) this.#body.push(body)
    }
    this.#tellEnd()
    return true
  }
}

/** Of names and values in turn. */
function encodingOf(headers: readonly string[]): string {
  return headers
    .filter((_, at) => at % 2 === 1 && headers[at - 1]?.toLowerCase() === 'content-encoding')
    .join(', ')
}

function isInAnswer({ state, line }: ResponseParser): boolean {
  return state !== 'RESPONSE_LINE' || line !== ''
}

function locationIn(headers: readonly string[]): string | undefined {
  const at = headers.findIndex((field, index) => index % 2 === 0 && field.toLowerCase() === 'location')
  return at < 0 ? undefined : headers[at + 1]
}

/** Names and values in turn. */
function fieldsOf(head: string): string[] {
  return head.split('\r\n').flatMap((line) => {
    const at = line.indexOf(':')
    return at < 0 ? [] : [line.slice(0, at), line.slice(at + 1).trim()]
  })
}
