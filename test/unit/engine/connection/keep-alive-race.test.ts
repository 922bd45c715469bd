import { expect, it } from 'vitest'
import { idleBeforeRace } from '../../../../src/engine/connection/keep-alive-race.js'

const race = { what: 'ECONNRESET', servedMs: 1_000, sentMs: 6_000, nowMs: 6_001 }

it('is a connection that was idle and ended as the request came', () => {
  expect(idleBeforeRace(race)).toBe(5)
  for (const what of ['EPIPE', 'closed without an answer', 'connection closed'])
    expect(idleBeforeRace({ ...race, what })).toBe(5)
})

it.each([
  ['a new connection', { servedMs: null }],
  ['one that was just in use', { sentMs: 1_100, nowMs: 1_101 }],
  ['a server that dies at work', { nowMs: 7_000 }],
  ['a refused port', { what: 'ECONNREFUSED' }],
  ['an answer that is cut off', { what: 'closed in the middle of an answer' }],
])('is not %s', (_, changes) => {
  expect(idleBeforeRace({ ...race, ...changes })).toBeNull()
})
