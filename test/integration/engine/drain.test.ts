import type { ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import { accounted, keepOpen, load, planFor, serveHttp } from './loopback.js'

const keep = keepOpen()

/** Answers one request after the other, each after so long, also those whose clients have gone. */
async function serveInTurn(ms: number) {
  const waiting: ServerResponse[] = []
  let served = 0
  const next = () => {
    setTimeout(() => {
      waiting.shift()?.end('ok')
      served++
      if (waiting.length > 0) next()
    }, ms)
  }
  const { url } = keep(
    await serveHttp((_request, response) => {
      waiting.push(response)
      if (waiting.length === 1) next()
    }),
  )
  return { url, waiting, served: () => served }
}

it('stays until the last answer, which does not count', async () => {
  const held: ServerResponse[] = []
  let answered = 0
  let isOver = false
  const answer = (response: ServerResponse) => {
    answered++
    response.end('ok')
  }
  const { url } = keep(
    await serveHttp((_request, response) => {
      if (answered < 3 || isOver) answer(response)
      else held.push(response)
    }),
  )
  const sample = await load(planFor(url, { connections: 6, generators: 2, durationSeconds: 1 }), {
    onOver: () => {
      isOver = true
      held.forEach(answer)
    },
  })
  expect(held.length).toBeGreaterThan(0)
  expect(sample.counts.unfinished).toBe(held.length)
  expect(sample.counts.ok).toBe(answered - held.length)
  expect(accounted(sample)).toBe(sample.counts.sent)
  expect(sample.leftBehind).toBeUndefined()
  expect(sample.lastOkUs ?? 0).toBeLessThanOrEqual(sample.durationUs)
})

it('takes answers behind its end for no errors, though their bodies are not read', async () => {
  const { url } = keep(
    await serveHttp((_request, response) => {
      setTimeout(() => response.end('{"up":1}'), 100)
    }),
  )
  const steps = [{ path: '/', expect: { json: { up: 1 } } }]
  const sample = await load(planFor(url, { steps, connections: 32, durationSeconds: 1.2 }))
  expect(sample.counts.unfinished).toBe(32)
  expect(sample.counts.ok).toBe(sample.counts.sent - 32)
  expect(sample.steps[0]).not.toHaveProperty('onset')
})

it('does so too where it is ended early because there is enough', async () => {
  const server = await serveInTurn(60)
  const enough = new AbortController()
  const sample = await load(planFor(server.url, { connections: 4, durationSeconds: 600 }), {
    enough: enough.signal,
    onTick: () => enough.abort(),
  })
  expect(server.waiting).toEqual([])
  expect(sample.counts.unfinished).toBe(4)
  expect(sample.leftBehind).toBeUndefined()
})

it('waits for an answer that takes longer than the time-out as long as others come', async () => {
  const server = await serveInTurn(200)
  const sample = await load(planFor(server.url, { connections: 8, durationSeconds: 0.1, timeoutSeconds: 1 }))
  expect(sample.counts).toMatchObject({ unfinished: 8, timeout: 0 })
  expect(server.served()).toBe(sample.counts.sent)
  expect(sample.leftBehind).toBeUndefined()
})

it('gives up when none comes any more, and says how many it left behind', async () => {
  let requests = 0
  const enough = new AbortController()
  const { url } = keep(
    await serveHttp((_request, response) => {
      if (++requests === 4) enough.abort()
      if (requests <= 2) response.end('ok')
    }),
  )
  const plan = planFor(url, { connections: 2, durationSeconds: 600, timeoutSeconds: 1 })
  const sample = await load(plan, { enough: enough.signal })
  expect(sample.counts).toMatchObject({ ok: 2, unfinished: 2, timeout: 0 })
  expect(sample.leftBehind).toBe(2)
})

it('waits for nothing when it is aborted', async () => {
  const { url } = keep(await serveHttp(() => {}))
  const abort = new AbortController()
  const sample = await load(planFor(url, { connections: 2, durationSeconds: 0.2, timeoutSeconds: 600 }), {
    signal: abort.signal,
    onOver: () => abort.abort(),
  })
  expect(sample.counts).toMatchObject({ sent: 2, unfinished: 2 })
})
