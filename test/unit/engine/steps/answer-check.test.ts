import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { type Captured, compileCheck } from '../../../../src/engine/steps/answer-check.js'
import type { RequestSpec } from '../../../../src/model/plan/scenario.js'

const judge = (
  step: Partial<RequestSpec>,
  status: number,
  body: string | Buffer = '',
  into: Captured = {},
  encoding = '',
) =>
  compileCheck({ path: '/', ...step }).judge(status, { bytes: Buffer.from(body as string), encoding }, into)

it('accepts any 2xx, or just the statuses that are named', () => {
  expect(judge({}, 204)).toBeNull()
  expect(judge({}, 302)).toEqual({ kind: 'badStatus', what: 'status 302' })
  expect(judge({ expect: { status: 404 } }, 404)).toBeNull()
  expect(judge({ expect: { status: 404 } }, 200)?.kind).toBe('badStatus')
  expect(judge({ expect: { status: [200, 304] } }, 304)).toBeNull()
})

it('needs no body where nothing is asked of it', () => {
  expect(compileCheck({ path: '/', expect: { status: 200 } }).needsBody).toBe(false)
  expect(compileCheck({ path: '/', expect: { contains: 'x' } }).needsBody).toBe(true)
  expect(compileCheck({ path: '/', capture: { a: 'b' } }).needsBody).toBe(true)
})

type Wanted = NonNullable<NonNullable<RequestSpec['expect']>['json']>

it('compares properties of the JSON body by equality, deep ones too', () => {
  const body = '{"user":{"roles":["admin"],"age":null},"on":false,"off":true,"n":0}'
  const of = (json: Wanted) => judge({ expect: { json } }, 200, body)
  expect(of({ 'user.roles.0': 'admin', 'user.age': null, on: false, off: true, n: 0 })).toBeNull()
  for (const [path, value] of [
    ['on', true],
    ['n', true],
    ['off', false],
    ['user.age', true],
  ] as const) {
    expect(of({ [path]: value })?.what).toContain(`body where ${path} is not ${value}`)
  }
  expect(of({ on: true })?.what).toContain('{ "exists": true } accepts any value')
  expect(of({ 'user.age': 0 })?.what).toBe('body where user.age is not 0')
  for (const value of [true, null, 'x'])
    expect(of({ 'user.roles.1': value })?.what).toBe('body without user.roles.1')
})

it('asks for a property to be there, or not, in words of their own', () => {
  const body = '{"user":{"age":null},"on":false}'
  const of = (json: Wanted) => judge({ expect: { json } }, 200, body)
  expect(of({ user: { exists: true }, 'user.age': { exists: true }, on: { exists: true } })).toBeNull()
  expect(of({ error: { exists: false } })).toBeNull()
  expect(of({ toString: { exists: true } })?.what).toBe('body without toString')
  expect(of({ on: { exists: false } })?.what).toBe('body with on')
})

it('tells a whole number beyond 2^53 from its neighbour, and captures all of its digits', () => {
  const body = '{"id":9007199254740993,"price":1.5,"sum":1234567890123456.78}'
  const of = (json: Wanted) => judge({ expect: { json } }, 200, body)
  expect(of({ id: 9007199254740993n, price: 1.5, sum: 1234567890123456.8 })).toBeNull()
  expect(of({ id: 9007199254740992n })?.what).toBe('body where id is not 9007199254740992')
  const into: Captured = {}
  judge({ capture: { id: 'id', price: 'price', sum: 'sum' } }, 200, body, into)
  expect(Object.values(into).map(String)).toEqual(['9007199254740993', '1.5', '1234567890123456.78'])
})

it.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZIP', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['identity', Buffer.from],
  ['gzip, br', (bytes: Buffer) => brotliCompressSync(gzipSync(bytes))],
] as const)('unpacks a body in %s', (encoding, pack) => {
  const body = pack(Buffer.from('{"ok":true,"id":"ü"}'))
  const into: Captured = {}
  const step = { expect: { contains: 'ü', json: { ok: true } }, capture: { id: 'id' } }
  expect(judge(step, 200, body, into, encoding)).toBeNull()
  expect(into).toEqual({ id: 'ü' })
})

it('says why a body cannot be unpacked, and unpacks none that nobody asks for', () => {
  const step = { expect: { contains: 'x' } }
  const cut = gzipSync('x'.repeat(1_000)).subarray(0, 20)
  expect(judge(step, 200, 'x', {}, 'gzip')?.what).toBe(
    'body that cannot be unpacked as gzip, which its content-encoding names',
  )
  expect(judge(step, 200, cut, {}, 'gzip')?.what).toContain('cannot be unpacked as gzip')
  expect(judge(step, 200, 'x', {}, 'utf-8')).toBeNull()
  expect(judge(step, 200, Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), {}, 'zstd')?.what).toBe(
    'body compressed by zstd, which rungs cannot unpack',
  )
  expect(judge(step, 200, '', {}, 'gzip')?.what).toBe('body without "x"')
  expect(judge({}, 200, 'x', {}, 'gzip')).toBeNull()
})

it('gives one text for one kind of mistake', () => {
  expect(judge({ expect: { contains: 'yes' } }, 200, 'no')?.what).toBe('body without "yes"')
  expect(judge({ expect: { json: { a: 1 } } }, 200, '<html>')?.what).toBe('body that is no JSON')
})

it('captures texts, numbers and booleans of good answers only', () => {
  const step = { expect: { json: { ok: true } }, capture: { token: 'auth.token', id: 'ids.0', ok: 'ok' } }
  const into: Captured = {}
  expect(judge(step, 500, '{"ok":true,"auth":{"token":"t"},"ids":[7]}', into)?.kind).toBe('badStatus')
  expect(into).toEqual({})
  expect(judge(step, 200, '{"ok":true,"auth":{"token":"t"},"ids":[7]}', into)).toBeNull()
  expect(into).toEqual({ token: 't', id: 7, ok: true })
  expect(judge(step, 200, '{"ok":true,"auth":{"token":{}},"ids":[7]}', {})?.what).toBe(
    'body without auth.token to capture',
  )
})
