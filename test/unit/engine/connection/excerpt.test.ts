import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { excerptOf, startOf } from '../../../../src/engine/connection/excerpt.js'

const of = (text: string) => excerptOf(Buffer.from(text))

it('shows a body in one line that moves no cursor', () => {
  expect(of('{\n  "detail": "no\temail"\n}')).toBe('{ "detail": "no email" }')
  expect(of(`plain \u001b[31mred\u001b[0m, ding \u0007 and \u202eright`)).toBe('plain red, ding · and ·right')
  expect(of('')).toBe('')
})

it('cuts it, and no character in two', () => {
  expect(of('é'.repeat(200))).toBe(`${'é'.repeat(100)}…`)
  expect(of(`a${'é'.repeat(200)}`)).toBe(`a${'é'.repeat(99)}…`)
  expect(of('x'.repeat(200))).toBe('x'.repeat(200))
})

it('shows nothing of what is no text', () => {
  expect(excerptOf(Buffer.from(Array.from({ length: 300 }, (_, i) => i % 256)))).toBe('(no text)')
  expect(excerptOf(gzipSync('hello'))).toBe('(gzip)')
})

it('reads the same from the part of a body that is kept for it', () => {
  for (const length of [0, 200, 201, 5_000]) {
    const body = Buffer.from('x'.repeat(length))
    expect(excerptOf(startOf(body))).toBe(excerptOf(body))
  }
})
