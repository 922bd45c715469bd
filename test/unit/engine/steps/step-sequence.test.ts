import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { compileRequest } from '../../../../src/engine/steps/request-bytes.js'
import { counterFrom, StepSequence } from '../../../../src/engine/steps/step-sequence.js'
import {
  compileSteps,
  firstSteps,
  meanThinkSeconds,
  type ScenarioPlan,
} from '../../../../src/engine/steps/steps.js'
import type { RowFile } from '../../../../src/model/data/rows.js'
import type { RequestSpec } from '../../../../src/model/plan/scenario.js'

function sequence(
  steps: RequestSpec[],
  changes: Partial<ScenarioPlan> = {},
  connection = 0,
  counter = counterFrom(1, 1),
) {
  const plan = { baseUrl: 'http://h', steps, variables: {}, values: {}, seed: 1, ...changes }
  return new StepSequence(plan, compileSteps(plan, compileRequest), connection, counter)
}
const pathOf = ({ request }: { request: Buffer }) => request.toString().split(' ')[1]
const paths = (from: StepSequence<Buffer>, count: number) =>
  Array.from({ length: count }, () => pathOf(from.next()))

it('repeats unweighted steps in order, without those marked first', () => {
  expect(paths(sequence([{ path: '/a' }, { path: '/b' }]), 5)).toEqual(['/a', '/b', '/a', '/b', '/a'])
  const steps = [{ path: '/a' }, { path: '/login', first: true }, { path: '/b' }]
  expect(firstSteps(steps)).toEqual([1])
  expect(paths(sequence(steps), 4)).toEqual(['/a', '/b', '/a', '/b'])
  const only = [{ path: '/only', first: true }]
  expect(firstSteps(only)).toEqual([])
  expect(paths(sequence(only), 3)).toEqual(['/only', '/only', '/only'])
})

it('begins at another step for each user, unless requests change something or a step waits for an answer', () => {
  const starts = (steps: RequestSpec[]) =>
    [0, 1, 2, 3].map((user) => paths(sequence(steps, {}, user), 2).join(' '))
  const [a, b, c]: RequestSpec[] = [{ path: '/a' }, { path: '/b', method: 'HEAD' }, { path: '/c' }]
  expect(starts([a!, b!, c!])).toEqual(['/a /b', '/b /c', '/c /a', '/a /b'])
  expect(starts([a!, { ...b!, method: 'POST' }, c!])).toEqual(Array(4).fill('/a /b'))
  const chain: RequestSpec[] = [{ path: '/a', capture: { id: 'id' } }, { path: '/{{id}}' }, c!]
  expect([0, 1, 2, 3].map((user) => paths(sequence(chain, {}, user), 1)[0])).toEqual(['/a', '/c', '/c', '/a'])
})

it('draws weighted steps in proportion, without the first ones', () => {
  const drawn = paths(
    sequence([{ path: '/login', first: true }, { path: '/often', weight: 9 }, { path: '/seldom' }]),
    10_000,
  )
  expect(drawn).not.toContain('/login')
  expect(Math.abs(drawn.filter((path) => path === '/seldom').length - 1_000)).toBeLessThan(150)
})

it('draws the same for the same seed and connection, and something else for another', () => {
  const steps = [{ path: '/{{n}}-{{u}}' }]
  const variables = { n: { int: [1, 1_000_000] as [number, number] }, u: { uuid: true as const } }
  const of = (connection: number) => paths(sequence(steps, { variables }, connection), 5)
  expect(of(1)).toEqual(of(1))
  expect(of(1)).not.toEqual(of(2))
})

it('draws a variable anew for each request, once within it', () => {
  const counter = counterFrom(10, 2)
  const drawn = paths(
    sequence([{ path: '/{{c}}/{{c}}' }], { variables: { c: { counter: true } } }, 0, counter),
    3,
  )
  expect(drawn).toEqual(['/10/10', '/12/12', '/14/14'])
  const picks = paths(sequence([{ path: '/{{p}}' }], { variables: { p: { pick: ['x', 'y'] } } }), 50)
  expect(new Set(picks)).toEqual(new Set(['/x', '/y']))
})

it('gives each connection one value of a list', () => {
  const values = { user: ['a', 'b', 'c'], fixed: 4 }
  const of = (connection: number) =>
    paths(sequence([{ path: '/{{user}}/{{fixed}}' }], { values }, connection), 2)
  expect([0, 1, 2, 3].map((connection) => of(connection)[1])).toEqual(['/a/4', '/b/4', '/c/4', '/a/4'])
})

it('sends the step that captures a variable until it is there', () => {
  const login: RequestSpec = { path: '/login', capture: { token: 't' } }
  const from = sequence([{ path: '/me/{{token}}' }, login])
  expect(paths(from, 3)).toEqual(['/login', '/login', '/login'])
  from.captured.token = 'T'
  expect(paths(from, 2)).toEqual(['/me/T', '/login'])
})

it('holds back ever longer, up to a limit, where the answer that its other steps wait for is refused', () => {
  const login: RequestSpec = { path: '/login', capture: { token: 't' } }
  const from = sequence([login, { path: '/me/{{token}}' }])
  const { step } = from.next()
  const what = { what: 'status 429' }
  const pauses = Array.from({ length: 8 }, () => from.refused(step, what))
  pauses.forEach((ms, refusal) => {
    const full = Math.min(2_000, 100 * 2 ** refusal)
    expect(ms).toBeGreaterThanOrEqual(0.75 * full)
    expect(ms).toBeLessThan(1.25 * full)
  })
  expect(from.stuckOn).toEqual({ step: 0, what: 'status 429' })
  from.captured.token = 'T'
  expect(from.stuckOn).toBeNull()
  expect(from.refused(step, what)).toBe(0)
})

it('is stuck after the third refusal only, and never on a step that none waits for', () => {
  const from = sequence([{ path: '/login', capture: { token: 't' } }, { path: '/me/{{token}}' }])
  const { step } = from.next()
  for (const isStuck of [false, false, true]) {
    from.refused(step, { what: 'status 503' })
    expect(from.stuckOn !== null).toBe(isStuck)
  }
  const alone = sequence([{ path: '/a', capture: { n: 'n' } }])
  expect(alone.refused(alone.next().step, { what: 'status 500' })).toBe(0)
})

it('does not wait for a capture that something else stands in for, and gives up on a circle', () => {
  const steps = [{ path: '/{{id}}', capture: { id: 'id' } }]
  const from = sequence(steps, { values: { id: 1 } })
  expect(paths(from, 1)).toEqual(['/1'])
  from.captured.id = 2
  expect(paths(from, 1)).toEqual(['/2'])
  expect(paths(sequence(steps), 1)).toEqual(['/'])
})

it("takes a row's columns before variables and setup values, but not before what an answer gave", () => {
  const steps = [{ path: '/{{id}}/{{n}}/{{user}}', capture: { n: 'n' } }]
  const changes = {
    variables: { id: { pick: ['v'] } },
    values: { user: 's' },
    rows: { file: 'users.csv', kind: 'csv' as const, columns: ['id', 'n', 'user'] },
  }
  const from = sequence(steps, changes)
  expect(pathOf(from.next({ id: 'r1', n: '', user: 'u1' }))).toBe('/r1//u1')
  from.captured.n = 5
  expect(pathOf(from.next({ id: 'r2', n: '7', user: 'u2' }))).toBe('/r2/5/u2')
  expect(pathOf(from.next())).toBe('/v/5/s')
})

function jsonFile(rows: readonly Record<string, string>[]): RowFile {
  const file = join(mkdtempSync(join(tmpdir(), 'rungs-rows-')), 'users.json')
  onTestFinished(() => rmSync(dirname(file), { recursive: true }))
  writeFileSync(file, JSON.stringify(rows))
  return { file, kind: 'json', columns: Object.keys(rows[0] ?? {}) }
}

it("keeps the columns of the row that a user logs in with, which are its own, and takes the others' as they come", () => {
  const steps = [{ path: '/login/{{user}}', first: true }, { path: '/{{user}}/{{product}}' }]
  const rows = ['ann', 'bob'].map((user) => ({ user, product: `of ${user}` }))
  const from = sequence(steps, { rows: jsonFile(rows) }, 3)
  expect([rows[0], rows[1]].map((row) => pathOf(from.next(row)))).toEqual(['/bob/of%20ann', '/bob/of%20bob'])
  expect(
    pathOf({
      request: from.requestOf(
        compileSteps({ baseUrl: 'http://h', steps, variables: {}, values: {}, seed: 1 }, compileRequest)[0]!,
        rows[0],
      ),
    }),
  ).toBe('/login/bob')
})

it('tells the mean think time of the steps as often as they are sent', () => {
  expect(meanThinkSeconds([{ path: '/' }])).toBe(0)
  expect(meanThinkSeconds([{ path: '/', thinkSeconds: [1, 3] }, { path: '/' }])).toBe(1)
  const weighted = [
    { path: '/', thinkSeconds: 2, weight: 3 },
    { path: '/', weight: 1 },
  ]
  expect(meanThinkSeconds([...weighted, { path: '/', first: true, thinkSeconds: 99 }])).toBe(1.5)
})

it('draws think time evenly from its range, the same for the same seed and user', () => {
  const of = (thinkSeconds: RequestSpec['thinkSeconds'], user = 0) => {
    const from = sequence([{ path: '/', ...(thinkSeconds === undefined ? {} : { thinkSeconds }) }], {}, user)
    const { step } = from.next()
    return Array.from({ length: 4_000 }, () => from.thinkSeconds(step))
  }
  for (const none of [undefined, 0]) expect(new Set(of(none))).toEqual(new Set([0]))
  expect(new Set(of([0, 0]))).toEqual(new Set([0]))
  expect(new Set(of(1.5))).toEqual(new Set([1.5]))
  const drawn = of([1, 3])
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(1)
  expect(Math.max(...drawn)).toBeLessThan(3)
  // 5 standard deviations of the mean of so many.
  const mean = drawn.reduce((sum, seconds) => sum + seconds, 0) / drawn.length
  expect(Math.abs(mean - 2)).toBeLessThan((5 * 2) / Math.sqrt(12 * drawn.length))
  expect(of([1, 3])).toEqual(drawn)
  expect(of([1, 3], 1)).not.toEqual(drawn)
})
