import type { ResponseParser } from './autocannon-internals.js'

/** A field line of RFC 9112: no space before the colon, no control character, no folding. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
export const FIELD = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*((?:[^\0-\x08\x0a-\x1f\x7f]*[^\0-\x20\x7f])?)[ \t]*$/

const LF = 10

/**
 * Makes http-parser-js refuse what llhttp, the parser of the open loop, refuses: lines that end with LF alone, malformed
 * and folded fields, and lengths that are stated twice or in two ways, by which two readers of one answer may differ on
 * where it ends. So both loops judge an answer alike.
 */
export function makeStrict(parser: ResponseParser): void {
  parser.consumeLine = () => {
    const { chunk, offset, end } = parser
    const at = chunk.indexOf(LF, offset)
    if (at < 0 || at >= end) {
      parser.line += chunk.toString('latin1', offset, end)
      parser.offset = end
      return undefined
    }
    const line = parser.line + chunk.toString('latin1', offset, at)
    parser.line = ''
    parser.offset = at + 1
    if (!line.endsWith('\r')) throw new Error('a line ends without CR')
    return line.slice(0, -1)
  }
  parser.parseHeader = (line, headers) => {
    const [, name, value = ''] = FIELD.exec(line) ?? []
    if (name === undefined) throw new Error('malformed header')
    if (headers !== parser.trailers && statesLengthBadly(name.toLowerCase(), value, headers))
      throw new Error('contradictory length')
    headers.push(name, name.toLowerCase() === 'transfer-encoding' ? framing(value) : value)
  }
}

/** http-parser-js knows chunks by the word alone: what the last of several codings is decides (RFC 9112, 6.3). */
function framing(codings: string): string {
  return /,[ \t]*chunked$/i.test(codings) ? 'chunked' : codings
}

function statesLengthBadly(name: string, value: string, before: readonly string[]): boolean {
  const has = (other: string) => before.some((field, at) => at % 2 === 0 && field.toLowerCase() === other)
  if (name === 'transfer-encoding') return has('content-length')
  if (name !== 'content-length') return false
  return !/^\d+$/.test(value) || has('content-length') || has('transfer-encoding')
}
