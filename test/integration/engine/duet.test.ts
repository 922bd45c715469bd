import { execaSync } from 'execa'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createDuet } from '../../../src/engine/duet/duet.js'
import { accounted, type Loopback, openPlanFor, planFor, serveHttp } from './loopback.js'

let services: Loopback[] = []
/** Which of the two got a request, in the order of their arrival. */
let arrivals: number[] = []

beforeEach(async () => {
  arrivals = []
  services = await Promise.all(
    [0, 1].map((arm) =>
      serveHttp((_request, response) => {
        arrivals.push(arm)
        response.end(arm === 0 ? 'first' : 'second')
      }),
    ),
  )
})
afterEach(() => Promise.all(services.map((service) => service.close())))

const url = (arm: 0 | 1) => services[arm]?.url ?? ''
/** Generator processes of this one. */
function generators(): string[] {
  const { stdout } = execaSync('pgrep', ['-P', String(process.pid), '-f', 'duet-'], { reject: false })
  return stdout.split('\n').filter(Boolean)
}

const io = { signal: new AbortController().signal, env: {} }

it('loads both at once in a closed loop, and tells them apart', async () => {
  const steps = [{ path: '/', expect: { contains: 'second' } }]
  const [first, second] = await createDuet().closed(
    [planFor(url(0), { durationSeconds: 1, steps }), planFor(url(1), { durationSeconds: 1, steps })],
    io,
  )
  expect(first.counts).toMatchObject({ ok: 0 })
  expect(first.counts.badBody).toBeGreaterThan(0)
  expect(second.counts.ok).toBeGreaterThan(0)
  for (const sample of [first, second]) expect(accounted(sample)).toBe(sample.counts.sent)
  // At once, not one after the other.
  expect(arrivals.slice(0, 100)).toEqual(expect.arrayContaining([0, 1]))
})

it('takes a process that stands by, and ends those that are not needed', async () => {
  const duet = createDuet()
  duet.standBy({ env: io.env, cpus: null, closed: 2, open: 1 })
  duet.standBy({ env: io.env, cpus: null, closed: 2, open: 1 })
  expect(generators()).toHaveLength(3)
  const plans = [planFor(url(0), { durationSeconds: 2 }), planFor(url(1), { durationSeconds: 2 })] as const
  const progress: number[] = []
  const [first, second] = await duet.closed(plans, {
    ...io,
    onProgress: (each) => void progress.push(...each.map(({ ok }) => ok)),
  })
  expect(first.counts.ok).toBeGreaterThan(0)
  expect(second.counts.ok).toBeGreaterThan(0)
  // Of both at a time.
  expect(progress.length).toBeGreaterThan(0)
  expect(progress.length % 2).toBe(0)
  expect(generators()).toHaveLength(2)
  await duet.standDown()
  expect(generators()).toEqual([])
})

it('sends every second arrival of one schedule to each in an open loop', async () => {
  const stages = [{ seconds: 1, from: 200, to: 200 }]
  const [first, second] = await createDuet().open(
    [openPlanFor(url(0), { stages }), openPlanFor(url(1), { stages })],
    io,
  )
  for (const sample of [first, second]) {
    expect(sample.open?.scheduled).toBe(200)
    expect(sample.counts).toMatchObject({ sent: 200, ok: 200 })
  }
  expect(arrivals).toHaveLength(400)
})
