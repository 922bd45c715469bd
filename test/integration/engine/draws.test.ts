import { expect, it } from 'vitest'
import { createClosedLoop } from '../../../src/engine/closed/closed-loop.js'
import { createDuet } from '../../../src/engine/duet/duet.js'
import { createOpenLoop } from '../../../src/engine/open/open-loop.js'
import { Draws } from '../../../src/engine/process/draws.js'
import { keepOpen, openPlanFor, planFor, serveHttp } from './loopback.js'

const keep = keepOpen()
const io = { signal: new AbortController().signal, env: {} }
const changes = {
  steps: [{ path: '/{{unique}}/{{n}}' }],
  variables: { unique: { uuid: true }, n: { counter: true } },
} as const

/** Answers at once and keeps what it was asked to create. */
async function serveUnique() {
  const made = { uuids: [] as string[], numbers: [] as string[] }
  const server = await serveHttp(({ url = '' }, response) => {
    const [, uuid = '', number = ''] = url.split('/')
    made.uuids.push(uuid)
    made.numbers.push(number)
    response.end('ok')
  })
  return { ...keep(server), made }
}

function expectUnlike({ uuids, numbers }: { uuids: string[]; numbers: string[] }): void {
  // The schedule of the open loop alone has 60.
  expect(uuids.length).toBeGreaterThan(60)
  expect(new Set(uuids).size).toBe(uuids.length)
  expect(new Set(numbers).size).toBe(numbers.length)
}

it('of a closed and an open loop of one service never come again', async () => {
  const { url, made } = await serveUnique()
  const draws = new Draws()
  const [closed, open] = [createClosedLoop(draws), createOpenLoop(draws)]
  await closed.run(planFor(url, changes), io)
  await open.run(openPlanFor(url, changes), io)
  await closed.run(planFor(url, changes), io)
  expectUnlike(made)
})

it('of a duet are the same for both services, and never come again', async () => {
  const services = [await serveUnique(), await serveUnique()] as const
  const duet = createDuet()
  const both = <Plan>(of: (url: string) => Plan) => [of(services[0].url), of(services[1].url)] as const
  await duet.closed(
    both((url) => planFor(url, changes)),
    io,
  )
  await duet.open(
    both((url) => openPlanFor(url, changes)),
    io,
  )
  for (const { made } of services) expectUnlike(made)
  const [first, second] = services.map(({ made }) => new Set(made.uuids))
  expect([...(first ?? [])].filter((uuid) => second?.has(uuid))).not.toEqual([])
})
