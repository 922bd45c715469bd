import { expect, it } from 'vitest'
import type { Assignment } from '../../../src/engine/generator-messages.js'
import { OpenUsers } from '../../../src/engine/open-users.js'
import type { OpenLoadPlan } from '../../../src/model/load-plan.js'
import type { RequestSpec } from '../../../src/model/scenario.js'

/** The second of two generators, with two connections of five. */
function usersOf(step: Omit<RequestSpec, 'path'>) {
  const plan: OpenLoadPlan = {
    baseUrl: 'http://h',
    steps: [{ path: '/', ...step }],
    variables: {},
    values: { user: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'] },
    timeoutSeconds: 1,
    generators: 2,
    seed: 1,
    arrival: 'uniform',
    stages: [],
    leadInSeconds: 0,
    maxConnections: 5,
  }
  const assignment: Assignment<OpenLoadPlan> = {
    plan,
    generator: 1,
    generators: 2,
    connections: 2,
    firstConnection: 3,
    counterStart: 1,
  }
  const clock = { nowMs: 0 }
  const users = new OpenUsers(
    assignment,
    () => (lookup) => lookup('user'),
    () => clock.nowMs,
  )
  return { users, clock }
}

it('lets users take turns by the number of the arrival, whatever is under way, where nobody thinks', () => {
  const { users } = usersOf({})
  expect([0, 1, 2, 5].map((number) => users.next(number).request)).toEqual(['d', 'e', 'd', 'e'])
})

it('has users think after answers only, and gives the additional ones numbers of their own', () => {
  const { users, clock } = usersOf({ thinkSeconds: 2 })
  const [one, two] = [users.next(0), users.next(1)]
  expect([one.request, two.request]).toEqual(['d', 'e'])
  users.over(one, true)
  users.over(two, false)
  // The one that failed goes first; then users 5 + 1 and 5 + 1 + 2, since every second one is the other generator's.
  expect([users.next(2).request, users.next(3).request, users.next(4).request]).toEqual(['e', 'g', 'i'])
  clock.nowMs = 2_000
  expect(users.next(5).request).toBe('d')
})
