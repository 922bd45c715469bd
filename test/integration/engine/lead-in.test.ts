import type { Socket } from 'node:net'
import { expect, it } from 'vitest'
import type { OpenLoadPlan } from '../../../src/model/plan/load-plan.js'
import { keepOpen, loadOpen, openPlanFor, serveHttp } from './loopback.js'
import { expectReconciled } from './reconciled.js'

const keep = keepOpen()

/** 60 requests, after a lead-in of 50. */
const leading = (url: string, changes: Partial<OpenLoadPlan> = {}) =>
  openPlanFor(url, { leadInSeconds: 0.5, ...changes })

it('sends the first rate before measuring starts, and none of it is in the sample', async () => {
  // The answers of the lead-in have a status and a size of their own.
  let isMeasured = false
  const before: string[] = []
  const after: string[] = []
  let bytes = 0
  const { url } = keep(
    await serveHttp((request, response) => {
      ;(isMeasured ? after : before).push(request.url ?? '')
      const text = isMeasured ? 'ok' : 'lead-in'.repeat(100)
      if (isMeasured) bytes += text.length
      response.writeHead(isMeasured ? 200 : 500).end(text)
    }),
  )
  const plan = leading(url, {
    stages: [
      { seconds: 0, from: 0, to: 0 },
      { seconds: 0.6, from: 100, to: 200 },
    ],
    variables: { n: { counter: true } },
    steps: [{ path: '/{{n}}' }],
  })
  const sample = await loadOpen(plan, {
    beforeStart: async () => {
      expect(before).toHaveLength(50)
      isMeasured = true
    },
  })
  const facts = expectReconciled(sample)
  expect(before).toHaveLength(50)
  expect(after).toHaveLength(90)
  expect(facts).toMatchObject({ scheduled: 90, unsent: 0 })
  expect(sample.counts).toMatchObject({ sent: 90, ok: 90 })
  expect(sample.statuses).toEqual({ 200: 90 })
  expect(sample.errors).toEqual([])
  expect(sample.intervals.map(({ atSeconds, scheduled }) => [atSeconds, scheduled])).toEqual([[0, 90]])
  // The lead-in's bodies alone are 35,000 bytes.
  expect(sample.bytesReceived).toBeGreaterThan(bytes)
  expect(sample.bytesReceived).toBeLessThan(35_000)
  // Its counters and users go on.
  expect(new Set([...before, ...after]).size).toBe(140)
})

it('waits for the answers of the lead-in before it says that it is ready', async () => {
  let underWay = 0
  const { url } = keep(
    await serveHttp((_request, response) => {
      underWay++
      setTimeout(() => {
        underWay--
        response.end('ok')
      }, 200)
    }),
  )
  let atStart: number | null = null
  const sample = await loadOpen(leading(url, { generators: 2 }), {
    beforeStart: async () => {
      atStart = underWay
    },
  })
  expectReconciled(sample)
  expect(atStart).toBe(0)
  expect(sample.counts.ok).toBe(60)
})

it('drops the connections of a lead-in that hangs, and sends the schedule all the same', async () => {
  let isMeasured = false
  const hung = new Set<Socket>()
  const { url } = keep(
    await serveHttp((request, response) => {
      if (isMeasured) response.end('ok')
      else hung.add(request.socket)
    }),
  )
  let open = 0
  const sample = await loadOpen(leading(url, { maxConnections: 8, timeoutSeconds: 1 }), {
    beforeStart: async () => {
      isMeasured = true
      open = hung.size
    },
  })
  const facts = expectReconciled(sample)
  // Each time-out makes room for 8 of those that wait.
  expect(open).toBeGreaterThanOrEqual(8)
  expect(facts).toMatchObject({ scheduled: 60, unsent: 0 })
  expect(sample.counts).toMatchObject({ sent: 60, ok: 60 })
  expect(sample.errors).toEqual([])
  expect([...hung].filter((socket) => !socket.destroyed)).toEqual([])
})

it('tells the most connections of the schedule, not of the lead-in', async () => {
  let isMeasured = false
  const { url } = keep(await serveHttp((_request, response) => void (isMeasured && response.end('ok'))))
  const plan = leading(url, {
    stages: [{ seconds: 0.01, from: 100, to: 100 }],
    maxConnections: 8,
    timeoutSeconds: 1,
  })
  const sample = await loadOpen(plan, {
    beforeStart: async () => {
      isMeasured = true
    },
  })
  expect(expectReconciled(sample)).toMatchObject({ scheduled: 1, peakConnections: 1 })
})

it.each([false, true])(
  'ends in the lead-in when it is aborted, with an empty sample (hangs: %s)',
  async (hangs) => {
    let seen = 0
    const abort = new AbortController()
    const { url } = keep(
      await serveHttp((_request, response) => {
        if (++seen === 5) abort.abort()
        if (!hangs) response.end('ok')
      }),
    )
    let began = false
    const sample = await loadOpen(leading(url, { leadInSeconds: 600, timeoutSeconds: 600 }), {
      signal: abort.signal,
      beforeStart: async () => {
        began = true
      },
    })
    expect(began).toBe(false)
    expect(seen).toBeGreaterThanOrEqual(5)
    expect(expectReconciled(sample).scheduled).toBe(0)
    expect(sample).toMatchObject({ durationUs: 0, intervals: [], bytesReceived: 0, errors: [], statuses: {} })
  },
)

it('counts only the schedule where the port refuses both', async () => {
  const server = await serveHttp(() => {})
  await server.close()
  let began = false
  const sample = await loadOpen(leading(server.url), {
    beforeStart: async () => {
      began = true
    },
  })
  expectReconciled(sample)
  expect(began).toBe(true)
  expect(sample.counts).toMatchObject({ sent: 60, connectionError: 60 })
  expect(sample.errors).toMatchObject([{ what: 'ECONNREFUSED', count: 60 }])
})
