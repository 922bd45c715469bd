import { stripVTControlCharacters } from 'node:util'
import type { ErrorExample } from '../../model/run/sample.js'
import { isRedirect } from './answer-status.js'

/** So much of an answer's body is kept as an example, in bytes. */
const EXCERPT_BYTES = 200

/** More than this share of characters that are no text, and none of it is shown. */
const MOST_UNREADABLE = 0.2

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\ufffd]/gu

/** The beginning of a body in one line, without what could move a terminal's cursor; empty for an empty body. */
export function excerptOf(body: Buffer): string {
  const start = body.subarray(0, EXCERPT_BYTES)
  // A character that the cut went through is left out.
  const text = stripVTControlCharacters(start.toString().replace(/\ufffd+$/, ''))
  const spaced = text.replace(/\s+/g, ' ').trim()
  const bad = spaced.match(UNPRINTABLE)?.length ?? 0
  if (start[0] === 0x1f && start[1] === 0x8b) return '(gzip)'
  if (bad > MOST_UNREADABLE * spaced.length) return '(no text)'
  return spaced.replace(UNPRINTABLE, '\u00b7') + (body.length > start.length ? '…' : '')
}

/** As much of a body's first part as `excerptOf` needs, so that a large one is not kept in memory for it. */
export function startOf(chunk: Buffer): Buffer {
  return chunk.length <= 4 * EXCERPT_BYTES ? chunk : Buffer.from(chunk.subarray(0, EXCERPT_BYTES + 1))
}

/** What a wrong answer looked like. @param start the first part of its body; null for none */
export function exampleOf(status: number, location: string | undefined, start: Buffer | null): ErrorExample {
  const to = isRedirect(status) && location ? excerptOf(Buffer.from(location, 'latin1')) : ''
  const text = start ? excerptOf(start) : ''
  return { status, ...(to ? { location: to } : {}), ...(text ? { text } : {}) }
}
