import { expect, it } from 'vitest'
import type { RequestSpec } from '../../../src/model/plan/scenario.js'
import { keepOpen, load, loadOpen, loadUntil, openPlanFor, planFor, serveHttp } from './loopback.js'
import { expectReconciled } from './reconciled.js'

const keep = keepOpen()

/** Lets so many log in; everything else wants a token. */
async function serveMembers(mostLogIns = Number.POSITIVE_INFINITY) {
  const seen: Record<string, number> = {}
  const refusedMs: number[] = []
  let logIns = 0
  const server = await serveHttp((request, response) => {
    const [, kind = ''] = request.url?.split('/') ?? []
    seen[kind] = (seen[kind] ?? 0) + 1
    if (kind === 'login' && ++logIns > mostLogIns) {
      refusedMs.push(performance.now())
      response.writeHead(429).end('{}')
    } else if (kind === 'login') response.end('{"token":"T"}')
    else response.writeHead(request.headers.authorization === 'T' ? 200 : 401).end('{}')
  })
  return { ...keep(server), seen, refusedMs }
}

const step = (name: string, changes: Partial<RequestSpec> = {}): RequestSpec => ({
  name,
  path: `/${name}`,
  headers: { authorization: '{{token}}' },
  ...changes,
})
const LOG_IN: RequestSpec = {
  name: 'log in',
  method: 'POST',
  path: '/login',
  first: true,
  capture: { token: 'token' },
}

/** Of two rows of counts. */
function chiSquare(rows: readonly (readonly number[])[]): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const all = sum(rows.map(sum))
  return sum(
    rows.flatMap((row) =>
      row.map((count, at) => {
        const expected = (sum(row) * sum(rows.map((one) => one[at] ?? 0))) / all
        return (count - expected) ** 2 / expected
      }),
    ),
  )
}

it.each([
  ['unweighted', [step('a'), step('b'), step('c')]],
  ['weighted', [step('a', { weight: 6 }), step('b', { weight: 3 }), step('c', { weight: 1 })]],
  ['chained', [step('a', { method: 'POST' }), step('b'), step('c')]],
])('both loops have the same mix of %s steps, and no log-in in it', async (_name, steps) => {
  const { url, seen } = await serveMembers()
  const changes = { steps: [LOG_IN, ...steps] }
  const closed = await loadUntil(planFor(url, changes), () => (seen.a ?? 0) >= 300)
  const open = await loadOpen(openPlanFor(url, { ...changes, stages: [{ seconds: 1, from: 600, to: 600 }] }))
  expectReconciled(open)
  const [ofClosed, ofOpen] = [closed, open].map((sample) => sample.steps.map(({ sent }) => sent))
  expect([ofClosed?.[0], ofOpen?.[0]]).toEqual([0, 0])
  // 2 degrees of freedom: beyond 27.6 lies one in a million.
  expect(chiSquare([ofClosed?.slice(1) ?? [], ofOpen?.slice(1) ?? []])).toBeLessThan(27.6)
  expect(closed.logIns).toMatchObject({ users: 4, loggedIn: 4 })
  expect(open.logIns?.users).toBeLessThanOrEqual(50)
})

it.each(['closed', 'open'])(
  'a %s loop asks ever more slowly after a refusal, and goes on with who got in',
  async (kind) => {
    const { url, seen, refusedMs } = await serveMembers(2)
    const steps = [LOG_IN, step('a')]
    const sample =
      kind === 'closed'
        ? await load(planFor(url, { steps }))
        : await loadOpen(openPlanFor(url, { steps, leadInSeconds: 0.1 }))
    expect(sample.logIns).toMatchObject({ users: 4, loggedIn: 2 })
    const [refusal, ...others] = sample.logIns?.refused ?? []
    expect(others).toEqual([])
    expect(refusal).toMatchObject({ step: 'log in', what: 'status 429', count: refusedMs.length })
    // Two of the first four at once, then one by one; the waits double from 100 ms on, less a quarter.
    expect(refusedMs).toHaveLength(8)
    expect((refusedMs.at(-1) ?? 0) - (refusedMs[0] ?? 0)).toBeGreaterThan(0.75 * 5_100)
    expect(sample.counts.ok).toBeGreaterThan(0)
    expect(sample.counts.ok).toBe(sample.counts.sent - sample.counts.unfinished)
    expect(seen.a).toBeGreaterThanOrEqual(sample.counts.ok)
  },
)

it('sends nothing where nobody gets in, and ends at once', async () => {
  const { url, seen } = await serveMembers(0)
  const steps = [LOG_IN, step('a')]
  const samples = await Promise.all([
    load(planFor(url, { steps, durationSeconds: 3_600 })),
    loadOpen(openPlanFor(url, { steps, stages: [{ seconds: 3_600, from: 10, to: 10 }] })),
  ])
  for (const { counts, logIns } of samples) {
    expect(counts.sent).toBe(0)
    expect(logIns).toMatchObject({ loggedIn: 0 })
  }
  expect(seen.a).toBeUndefined()
})

it('holds back a user of the closed loop whose repeated log-in is refused, and tells that it never got past it', async () => {
  const { url, refusedMs } = await serveMembers(0)
  const { first: _, ...logIn } = LOG_IN
  const plan = planFor(url, { steps: [logIn, step('a')], connections: 2 })
  const sample = await loadUntil(plan, () => refusedMs.length >= 8)
  expect(sample.logIns).toMatchObject({ users: 2, loggedIn: 0 })
  expect(sample.logIns?.refused).toEqual([{ step: 'log in', what: 'status 429', count: 2 }])
  // Each has been refused four times at least: after 100, 200 and 400 ms, less a quarter.
  expect(sample.durationUs).toBeGreaterThan(0.75 * 700_000)
})
