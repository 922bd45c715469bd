import { expect, it } from 'vitest'
import { lockedOutText, logInsText, nobodyIn } from '../../../../src/stats/validity/log-ins.js'

const ALL_IN = { users: 12, loggedIn: 12, seconds: 1.32, shared: 0, refused: [] }

it('tells who logged in before a load, and who shared', () => {
  expect(logInsText(ALL_IN)).toBe('12 users, 1.3 s')
  expect(logInsText({ ...ALL_IN, users: 1, loggedIn: 1, shared: 3 })).toBe(
    '1 user, 1.3 s, and 3 more who shared their log-ins',
  )
  expect(logInsText(undefined)).toBeNull()
  // Stuck in the load: nobody logged in before it.
  expect(logInsText({ ...ALL_IN, seconds: 0 })).toBeNull()
})

it('finds nobody locked out where all are in, and tells apart some and none', () => {
  const refused = [{ step: 'log in', what: 'status 401', count: 7 }]
  expect(lockedOutText({})).toBeNull()
  expect(lockedOutText({ logIns: ALL_IN })).toBeNull()
  expect(lockedOutText({ logIns: { ...ALL_IN, loggedIn: 9, refused } })).toBe(
    '3 of 12 users never got past the step "log in": 7 × status 401',
  )
  expect(nobodyIn({ logIns: { ...ALL_IN, loggedIn: 9, refused } })).toBeNull()
  const none = { ...ALL_IN, loggedIn: 0 }
  expect(nobodyIn({ logIns: { ...none, refused } })).toBe(
    'none of 12 users got past the step "log in": 7 × status 401',
  )
  const limited = [{ step: 'log in', what: 'status 429', count: 7 }]
  expect(nobodyIn({ logIns: { ...none, refused: limited } })).toMatch(/429; log in once in `setup`/)
})
