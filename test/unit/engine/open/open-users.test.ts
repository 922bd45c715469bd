import { expect, it } from 'vitest'
import { OpenUsers } from '../../../../src/engine/open/open-users.js'
import type { Assignment } from '../../../../src/engine/process/generator-messages.js'
import { usersNeeded } from '../../../../src/engine/steps/users-needed.js'
import type { OpenLoadPlan } from '../../../../src/model/plan/load-plan.js'
import type { RequestSpec } from '../../../../src/model/plan/scenario.js'

/** The second of two generators. */
function usersOf(steps: RequestSpec[], values: OpenLoadPlan['values'] = {}) {
  const plan: OpenLoadPlan = {
    baseUrl: 'http://h',
    steps,
    variables: {},
    values,
    timeoutSeconds: 1,
    generators: 2,
    seed: 1,
    arrival: 'uniform',
    stages: [],
    leadInSeconds: 0,
    maxConnections: 20,
  }
  const assignment: Assignment<OpenLoadPlan> = {
    plan,
    generator: 1,
    generators: 2,
    connections: 10,
    firstConnection: 10,
    counterStart: 1,
  }
  const clock = { nowMs: 0 }
  const users = new OpenUsers(
    assignment,
    () => (lookup) => `${lookup('user')} ${lookup('token')}`.trim(),
    () => clock.nowMs,
  )
  return { users, clock }
}

const NAMES = { user: ['a', 'b', 'c', 'd', 'e', 'f'] }

it('spreads a list over users, each generator over its own, before anybody goes twice', () => {
  const { users } = usersOf([{ path: '/' }], NAMES)
  const went = Array.from({ length: 5 }, () => {
    const one = users.next()
    users.over(one, true)
    return one.request
  })
  expect(went).toEqual(['b', 'd', 'f', 'b', 'd'])
})

it('has users think after answers only, and makes more where the others think', () => {
  const { users, clock } = usersOf([{ path: '/', thinkSeconds: 2 }])
  const [one, two] = [users.next(), users.next()]
  expect([one.turn, two.turn]).toEqual([0, 1])
  users.over(one, true)
  users.over(two, false)
  expect([users.next().turn, users.next().turn]).toEqual([1, 2])
  clock.nowMs = 2_000
  expect(users.next().turn).toBe(0)
})

it('lets one who is needed beyond those who have logged in share a log-in: name, token and all', () => {
  const { users } = usersOf([{ path: '/login', first: true, capture: { token: 't' } }, { path: '/' }], NAMES)
  const newcomers = users.newcomers(2)
  for (const [i, one] of newcomers.entries()) {
    one.captured.token = `T${i}`
    users.welcome(one)
  }
  const went = Array.from({ length: 5 }, () => users.next())
  expect(went.map(({ request }) => request)).toEqual(['b T0', 'd T1', 'b T0', 'd T1', 'b T0'])
  expect(users.sharing).toBe(3)
  expect(new Set(went.map(({ user }) => user)).size).toBe(5)
})

it('sends those away who shared a log-in when enough have one of their own, and never has more than it may', () => {
  const { users } = usersOf([{ path: '/login', first: true, capture: { token: 't' } }, { path: '/' }], NAMES)
  for (const one of users.newcomers(1)) users.welcome(one)
  for (const one of [users.next(), users.next(), users.next()]) users.over(one, true)
  expect(users.sharing).toBe(2)
  const more = users.newcomers(4)
  expect(more).toHaveLength(3)
  for (const one of more) users.welcome(one)
  expect(users.sharing).toBe(0)
  expect(users.newcomers(99)).toHaveLength(6)
  expect(Array.from({ length: 4 }, () => users.next()).length).toBe(4)
  expect(users.sharing).toBe(0)
})

it('needs users by arrivals and the seconds that each is busy, and some to spare', () => {
  const steps: RequestSpec[] = [{ path: '/', thinkSeconds: [1, 3] }]
  const stages = [
    { seconds: 1, from: 10, to: 50 },
    { seconds: 1, from: 50, to: 0 },
  ]
  expect(usersNeeded({ stages, steps: [{ path: '/' }] }, 1, 0)).toBe(4)
  expect(usersNeeded({ stages, steps: [{ path: '/' }] }, 1, 0.2)).toBe(15 + 4)
  expect(usersNeeded({ stages, steps }, 0.5, 0)).toBe(75 + 4)
})
