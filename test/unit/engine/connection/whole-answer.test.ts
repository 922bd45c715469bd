import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainHead, WholeAnswers } from '../../../../src/engine/connection/whole-answer.js'

// The parser of autocannon, whose answer the short cut must always give.
const { HTTPParser } = createRequire(createRequire(import.meta.url).resolve('autocannon'))('http-parser-js')

const head = (...lines: string[]) => ['HTTP/1.1 200 OK', ...lines].join('\r\n')

describe('plainHead', () => {
  it.each([
    [
      'a plain answer',
      head('Content-Length: 5', 'Connection: keep-alive', 'Keep-Alive: timeout=5'),
      { status: 200, bodyBytes: 5, encoding: '' },
    ],
    ['a header name in any case', head('content-length:0'), { status: 200, bodyBytes: 0, encoding: '' }],
    [
      'an error',
      'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2',
      { status: 503, bodyBytes: 2, encoding: '' },
    ],
    [
      'how a body is packed',
      head('content-ENCODING: gzip', 'Content-Length: 9', 'Content-Encoding: br'),
      { status: 200, bodyBytes: 9, encoding: 'gzip, br' },
    ],
  ])('reads %s', (_, text, expected) => {
    expect(plainHead(text)).toEqual(expected)
  })

  it.each([
    ['no length', head('Date: x')],
    ['two lengths', head('Content-Length: 5', 'Content-Length: 5')],
    ['a length that is none', head('Content-Length: 5, 5')],
    ['chunks', head('Transfer-Encoding: chunked')],
    ['chunks beside a length', head('Content-Length: 5', 'Transfer-Encoding: chunked')],
    ['a connection that closes', head('Content-Length: 5', 'Connection: close')],
    ['a folded line', head('X: a', ' Content-Length: 5')],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 5'],
    ['an interim answer', 'HTTP/1.1 103 Early Hints\r\nContent-Length: 0'],
    ['a status without a body', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5'],
    ['something else', 'SSH-2.0-OpenSSH'],
  ])('leaves %s to the parser', (_, text) => {
    expect(plainHead(text)).toBeNull()
  })
})

describe('WholeAnswers', () => {
  it('takes a chunk only when it is one answer, no more and no less', () => {
    const answers = new WholeAnswers()
    const one = `${head('Content-Length: 5')}\r\n\r\nhello`
    expect(answers.read(Buffer.from(one))).toEqual({
      status: 200,
      bodyBytes: 5,
      encoding: '',
      bodyAt: one.length - 5,
    })
    expect(answers.read(Buffer.from(one.slice(0, -1)))).toBeNull()
    expect(answers.read(Buffer.from(`${one}x`))).toBeNull()
    expect(answers.read(Buffer.from(one + one))).toBeNull()
    expect(answers.read(Buffer.from(head('Content-Length: 5')))).toBeNull()
  })

  it('says what the parser says, of whatever it takes', () => {
    const answers = new WholeAnswers()
    const name = fc.constantFrom(
      'Content-Length',
      'content-length',
      'Connection',
      'Transfer-Encoding',
      'X-A',
      'Date',
      'X A',
      '',
    )
    const value = fc.constantFrom(
      '0',
      '3',
      '5',
      ' 5 ',
      '05',
      '-1',
      'keep-alive',
      'close',
      'Keep-Alive',
      'chunked',
      '',
      'a:b',
    )
    const line = fc.tuple(name, fc.constantFrom(': ', ':', ' : '), value).map((parts) => parts.join(''))
    const first = fc.constantFrom(
      'HTTP/1.1 200 OK',
      'HTTP/1.1 404',
      'HTTP/1.1 204 No',
      'HTTP/1.0 200 OK',
      'HTTP/1.1 100 C',
    )
    const body = fc.constantFrom('', 'abc', 'hello', 'a\r\n\r\nb')
    let taken = 0
    fc.assert(
      fc.property(first, fc.array(line, { maxLength: 3 }), fc.boolean(), body, (start, lines, fits, text) => {
        const length = fits ? [`Content-Length: ${text.length}`] : []
        const chunk = Buffer.from([start, ...length, ...lines, '', text].join('\r\n'))
        const answer = answers.read(chunk)
        if (!answer) return
        taken += 1
        const parsed = parse(chunk)
        expect(parsed).toEqual({
          statuses: [answer.status],
          keepAlive: true,
          body: chunk.subarray(answer.bodyAt).toString(),
          ended: 1,
          read: chunk.length,
        })
      }),
      { numRuns: 20_000, seed: 1 },
    )
    expect(taken).toBeGreaterThan(100)
  })
})

function parse(chunk: Buffer) {
  const parser = new HTTPParser(HTTPParser.RESPONSE)
  const seen = { statuses: [] as number[], keepAlive: false, body: '', ended: 0, read: 0 }
  parser[HTTPParser.kOnHeadersComplete] = (info: { statusCode: number; shouldKeepAlive: boolean }) => {
    seen.statuses.push(info.statusCode)
    seen.keepAlive = info.shouldKeepAlive
  }
  parser[HTTPParser.kOnBody] = (from: Buffer, start: number, length: number) => {
    seen.body += from.subarray(start, start + length).toString()
  }
  parser[HTTPParser.kOnMessageComplete] = () => {
    seen.ended += 1
  }
  seen.read = parser.execute(chunk)
  return seen
}
