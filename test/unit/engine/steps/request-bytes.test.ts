import { expect, it } from 'vitest'
import type { Lookup } from '../../../../src/engine/steps/lookup.js'
import { compileRequest } from '../../../../src/engine/steps/request-bytes.js'
import type { Value } from '../../../../src/model/data/json.js'
import type { RequestSpec } from '../../../../src/model/plan/scenario.js'

const none: Lookup = () => ''
const textOf = (step: RequestSpec, lookup = none, baseUrl = 'http://127.0.0.1:3000') =>
  compileRequest(step, baseUrl)(lookup).toString()

it('writes a plain GET once and for all', () => {
  const bytes = compileRequest({ path: '/api/simple?x=1' }, 'http://127.0.0.1:3000')
  expect(bytes(none).toString()).toBe(
    'GET /api/simple?x=1 HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nConnection: keep-alive\r\n\r\n',
  )
  expect(bytes(none)).toBe(bytes(none))
})

it('names the host of an IPv6 base in brackets and keeps a path of the base', () => {
  expect(textOf({ path: '/x' }, none, 'http://[::1]:8080/base/')).toMatch(
    /^GET \/base\/x HTTP\/1.1\r\nHost: \[::1\]:8080\r\n/,
  )
})

it('sends a body as JSON, its length in bytes', () => {
  const text = textOf({ method: 'POST', path: '/', body: { name: 'Zoë' } })
  expect(text).toContain('\r\nContent-Type: application/json\r\n')
  expect(text).toContain('\r\nContent-Length: 15\r\n\r\n{"name":"Zoë"}')
})

it('sends a text as it is, and an empty body with its length', () => {
  const text = textOf(
    { method: 'PUT', path: '/', body: 'a{{n}}', headers: { 'content-type': 'text/plain' } },
    () => 7,
  )
  expect(text).toMatch(/content-type: text\/plain\r\nContent-Length: 2\r\n\r\na7$/)
  expect(textOf({ method: 'POST', path: '/' })).toMatch(/Content-Length: 0\r\n\r\n$/)
})

it("lets a step's own headers replace ours, but for the length", () => {
  const text = textOf({
    method: 'POST',
    path: '/',
    body: [1],
    headers: { HOST: 'other', connection: 'close', 'Content-Type': 'text/json', 'content-length': '999' },
  })
  expect(text).toBe(
    'POST / HTTP/1.1\r\nHOST: other\r\nconnection: close\r\nContent-Type: text/json\r\nContent-Length: 3\r\n\r\n[1]',
  )
})

it('fills in variables, escaped as JSON asks for, numbers as numbers', () => {
  const values: Record<string, Value> = {
    id: 5,
    name: 'a"b\n',
    key: 'k',
    big: 9007199254740993n,
    on: true,
    no: false,
  }
  const text = textOf(
    {
      method: 'POST',
      path: '/items/{{id}}',
      headers: { 'X-Id': 'n{{ id }}' },
      body: {
        id: '{{id}}',
        text: 'item {{id}}',
        list: ['{{name}}', null, true, undefined],
        '{{key}}': 1.5,
        none: undefined,
        big: ['{{big}}', 'n{{big}}', 9007199254740995n],
        flags: ['{{on}}', '{{no}}'],
        literal: '{{{{id}}}}{{id}}',
      },
    },
    (name) => values[name] ?? '',
  )
  expect(text).toMatch(/^POST \/items\/5 HTTP\/1.1\r\n/)
  expect(text).toContain('\r\nX-Id: n5\r\n')
  expect(text.split('\r\n\r\n')[1]).toBe(
    '{"id":5,"text":"item 5","list":["a\\"b\\n",null,true,null],"k":1.5,' +
      '"big":[9007199254740993,"n9007199254740993",9007199254740995],"flags":[true,false],"literal":"{{id}}5"}',
  )
})

it('encodes a value where it is asked to, as a part of a URL or a form', () => {
  const lookup = () => 'a&b c+d#e%41/ü\ud800'
  const encoded = 'a%26b%20c%2Bd%23e%2541%2F%C3%BC%EF%BF%BD'
  expect(textOf({ path: '/s?q={{q | url}}&raw={{{{q}}}}' }, lookup)).toContain(
    `GET /s?q=${encoded}&raw={{q}} HTTP/1.1`,
  )
  expect(textOf({ method: 'POST', path: '/', body: 'u={{u|url}}' }, lookup)).toMatch(`u=${encoded}`)
})

it('sends bytes as they are', () => {
  const bytes = Buffer.from([0, 255, 0x7b, 0x7b, 0x61, 0x7d, 0x7d])
  const request = compileRequest({ method: 'PUT', path: '/', body: bytes }, 'http://127.0.0.1:3000')(none)
  expect(request.subarray(-bytes.length)).toEqual(bytes)
  expect(request.toString('latin1')).toContain('\r\nContent-Length: 7\r\n')
  expect(request.toString('latin1')).not.toContain('Content-Type')
})

it('lets no variable break out of the request line or a header', () => {
  const text = textOf({ path: '/{{v}}', headers: { X: '{{v}}' } }, () => 'a b\r\nEvil: ü%2F')
  expect(text).toContain('GET /a%20b%0D%0AEvil:%20%C3%BC%2F HTTP/1.1\r\n')
  expect(text).toContain('\r\nX: a b Evil: ü%2F\r\n')
})
