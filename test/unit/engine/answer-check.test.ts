import { expect, it } from 'vitest'
import { type Captured, compileCheck } from '../../../src/engine/answer-check.js'
import type { RequestSpec } from '../../../src/model/scenario.js'

const judge = (step: Partial<RequestSpec>, status: number, body = '', into: Captured = {}) =>
  compileCheck({ path: '/', ...step }).judge(status, body, into)

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

it('compares properties of the JSON body, deep ones too; true asks for their presence', () => {
  const body = '{"user":{"roles":["admin"],"age":null},"on":false}'
  const of = (json: Record<string, string | number | boolean | null>) =>
    judge({ expect: { json } }, 200, body)
  expect(of({ 'user.roles.0': 'admin', 'user.age': null, on: false, user: true })).toBeNull()
  expect(of({ on: true })).toBeNull()
  expect(of({ 'user.roles.1': true })?.what).toBe('body without user.roles.1')
  expect(of({ 'user.age': 0 })?.what).toBe('body where user.age is not 0')
  expect(of({ toString: true })?.what).toBe('body without toString')
})

it('gives one text for one kind of mistake', () => {
  expect(judge({ expect: { contains: 'yes' } }, 200, 'no')?.what).toBe('body without "yes"')
  expect(judge({ expect: { json: { a: 1 } } }, 200, '<html>')?.what).toBe('body that is no JSON')
})

it('captures texts and numbers of good answers only', () => {
  const step = { expect: { json: { ok: true } }, capture: { token: 'auth.token', id: 'ids.0' } }
  const into: Captured = {}
  expect(judge(step, 500, '{"ok":1,"auth":{"token":"t"},"ids":[7]}', into)?.kind).toBe('badStatus')
  expect(into).toEqual({})
  expect(judge(step, 200, '{"ok":1,"auth":{"token":"t"},"ids":[7]}', into)).toBeNull()
  expect(into).toEqual({ token: 't', id: 7 })
  expect(judge(step, 200, '{"ok":1,"auth":{"token":{}},"ids":[7]}', {})?.what).toBe(
    'body without auth.token to capture',
  )
})
