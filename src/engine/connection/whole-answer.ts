import { isBodiless } from './answer-status.js'
import { FIELD } from './strict-parser.js'

/** Lines of an answer that was read before: the same bytes mean the same. */
interface KnownHead {
  readonly status: number
  readonly bodyBytes: number
  /** The value of `Content-Encoding`; the empty string without one. */
  readonly encoding: string
}

/** An answer that one read brought as a whole. */
export interface WholeAnswer extends KnownHead {
  /** Where its body begins. */
  readonly bodyAt: number
}

/** Heads differ from second to second by their date, and among a scenario's answers by little else. */
const HEADS_KEPT = 256

/**
 * Reads answers that come whole in one chunk and hold nothing unusual, which on a fast service are nearly all, for a
 * fraction of what a parser costs. Everything else is left to the parser: a load generator that is as expensive as the
 * service measures itself.
 */
export class WholeAnswers {
  readonly #heads = new Map<string, KnownHead | null>()

  /** Null when the chunk is not exactly one plain answer that keeps its connection open. */
  read(chunk: Buffer): WholeAnswer | null {
    const end = chunk.indexOf('\r\n\r\n', 0, 'latin1')
    if (end < 0) return null
    const text = chunk.toString('latin1', 0, end)
    let head = this.#heads.get(text)
    if (head === undefined) {
      if (this.#heads.size >= HEADS_KEPT) this.#heads.clear()
      head = plainHead(text)
      this.#heads.set(text, head)
    }
    const bodyAt = end + 4
    if (head === null || chunk.length !== bodyAt + head.bodyBytes) return null
    return { ...head, bodyAt }
  }
}

/**
 * A final answer of HTTP/1.1 with one `Content-Length`, no `Transfer-Encoding` and no `Connection` but `keep-alive`;
 * null for every other.
 */
export function plainHead(text: string): KnownHead | null {
  const [first = '', ...lines] = text.split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})(?: |$)/.exec(first)?.[1] ?? 0)
  if (status < 200 || isBodiless(status)) return null
  let bodyBytes: number | null = null
  let encoding = ''
  for (const line of lines) {
    const [, name, value = ''] = FIELD.exec(line) ?? []
    if (name === undefined) return null
    switch (name.toLowerCase()) {
      case 'content-length':
        if (bodyBytes !== null || !/^\d{1,9}$/.test(value)) return null
        bodyBytes = Number(value)
        break
      case 'content-encoding':
        encoding += encoding === '' ? value : `, ${value}`
        break
      case 'connection':
        if (value.toLowerCase() !== 'keep-alive') return null
        break
      case 'transfer-encoding':
      case 'upgrade':
        return null
    }
  }
  return bodyBytes === null ? null : { status, bodyBytes, encoding }
}
