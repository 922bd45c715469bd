import { expect, it } from 'vitest'
import { withPlainBodies } from '../../../../src/config/file/plain-bodies.js'

const stepOf = (step: Record<string, unknown>) =>
  (withPlainBodies({ name: 's', steps: [{ path: '/', ...step }] }) as { steps: unknown[] }).steps[0]

it('makes URLSearchParams a form, in which templates stay and encode their values', () => {
  const body = new URLSearchParams({ user: 'a+b@x.io', pass: '{{pass}}', 'a b': 'x{{n}}&{{{{y}}}}' })
  expect(stepOf({ body })).toEqual({
    path: '/',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    body: 'user=a%2Bb%40x.io&pass={{pass | url}}&a%20b=x{{n | url}}%26%7B%7By%7D%7D',
  })
  const headers = { 'content-type': 'text/plain' }
  expect(stepOf({ body, headers })).toMatchObject({ headers })
})

it('asks for the JSON form of what has one, and makes bytes of any typed array', () => {
  const day = new Date(0)
  expect(stepOf({ body: { at: [day] } })).toMatchObject({ body: { at: ['1970-01-01T00:00:00.000Z'] } })
  expect(stepOf({ body: new Uint16Array([0x6161]) })).toMatchObject({ body: Buffer.from('aa') })
})

it('leaves what is of the wrong shape to the checks', () => {
  for (const wrong of [null, 5, [], { steps: 7 }, { steps: [3, null] }, { variants: [{}, 4] }]) {
    expect(withPlainBodies(wrong)).toEqual(wrong)
  }
})
