import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FixtureTruth } from '../../../src/calibrate/fixture-messages.js'
import { FixtureProcess } from '../../../src/calibrate/fixture-process.js'
import { FixtureServer } from '../../../src/calibrate/fixture-server.js'
import { type Behaviour, LOG_IN_PATH } from '../../../src/calibrate/fixtures.js'
import { codeOf } from '../../../src/words/errors.js'
import { until } from '../../helpers/http-client.js'
import { testLease } from './test-lease.js'

interface Answer {
  readonly body: string
  readonly headers: IncomingHttpHeaders
}

let server: FixtureProcess
let agent: Agent
beforeAll(async () => {
  server = await FixtureProcess.start(testLease, [])
})
beforeEach(() => {
  agent = new Agent({ keepAlive: true })
})
afterEach(() => agent.destroy())
afterAll(() => server.stop())

function get(path = '/'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(server.url + path, { agent }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      response.on('error', reject)
      response.on('end', () => resolve({ body, headers: response.headers }))
    })
    call.on('error', reject)
    call.end()
  })
}

async function during<T>(behaviour: Behaviour, load: () => Promise<T>) {
  await server.begin(behaviour)
  const result = await load()
  agent.destroy()
  return { result, truth: await server.end() }
}

const times = async (count: number) => {
  const answers: (Answer | string)[] = []
  for (let i = 0; i < count; i++) answers.push(await get().catch((error) => codeOf(error) ?? 'error'))
  return answers
}

/** Of the requests that were answered and met no stall. */
const residencesOf = ({ residenceUs }: FixtureTruth) => residenceUs.filter((us) => us !== null)

describe('a fixture’s server', () => {
  it('takes longer for log-ins than for all else', async () => {
    const { truth } = await during({ delayMs: 0, logInMs: 60 }, async () => {
      for (const path of [LOG_IN_PATH, '/', LOG_IN_PATH]) await get(path)
    })
    expect(truth.counts).toMatchObject({ requests: 3, answered: 3 })
    const [first, , last] = residencesOf(truth)
    for (const us of [first, last]) expect(us).toBeGreaterThanOrEqual(60_000)
  })

  it('answers no sooner than its delay, by its own clock, and counts', async () => {
    const { result, truth } = await during({ delayMs: 10 }, () => times(4))
    expect(result.map((one) => (typeof one === 'string' ? one : one.body))).toEqual(Array(4).fill('ok'))
    expect(truth.counts).toEqual({ requests: 4, answered: 4, dropped: 0, hung: 0 })
    expect(residencesOf(truth)).toHaveLength(4)
    expect(Math.min(...residencesOf(truth))).toBeGreaterThanOrEqual(10_000)
    expect(truth.stalls).toEqual([])
  })

  it('takes its time for every n-th only', async () => {
    const { truth } = await during({ delayMs: 1, slow: { every: 3, delayMs: 150 } }, () => times(6))
    const waits = residencesOf(truth)
    const slow = waits.filter((_, index) => index % 3 === 2)
    expect(waits).toHaveLength(6)
    expect(Math.min(...slow)).toBeGreaterThanOrEqual(150_000)
    expect(Math.min(...waits)).toBeLessThan(150_000)
  })

  it('closes a connection without a reply for every n-th', async () => {
    const { result, truth } = await during({ delayMs: 1, dropEvery: 2 }, () => times(4))
    expect(result.map((one) => (typeof one === 'string' ? one : one.body))).toEqual([
      'ok',
      'ECONNRESET',
      'ok',
      'ECONNRESET',
    ])
    expect(truth.counts).toEqual({ requests: 4, answered: 2, dropped: 2, hung: 0 })
  })

  it('never answers every n-th, until its client goes', async () => {
    const { result, truth } = await during({ delayMs: 1, hangEvery: 2 }, async () => {
      const [first] = await times(1)
      const hanging = get().catch((error) => codeOf(error))
      // The third is answered although the second, which came before it, is not.
      const third = await new Promise<unknown>((resolve) => {
        setImmediate(() => resolve(get()))
      })
      agent.destroy()
      return [first, await hanging, third]
    })
    expect(result[1]).toBe('ECONNRESET')
    expect(truth.counts).toEqual({ requests: 3, answered: 2, dropped: 0, hung: 1 })
  })

  it('ends the connection with each answer where it is to', async () => {
    const { result } = await during({ delayMs: 0, closes: true }, () => times(2))
    for (const one of result) expect(one).toMatchObject({ body: 'ok', headers: { connection: 'close' } })
  })

  it('closes a connection that is idle, and has said when', async () => {
    await server.begin({ delayMs: 0, idleMs: 1_000 })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^keep-alive: timeout=1\r$/im)
    await once(socket, 'end')
    socket.destroy()
    expect((await server.end()).counts.answered).toBe(1)
  })

  it('sends a body in chunks', async () => {
    const { result, truth } = await during({ delayMs: 0, chunks: 4 }, () => times(1))
    expect(result[0]).toMatchObject({
      body: 'ok, and so on; '.repeat(4),
      headers: { 'transfer-encoding': 'chunked' },
    })
    expect(truth.counts.answered).toBe(1)
  })

  it('sends the body after the headers, and counts both into its time', async () => {
    const { result, truth } = await during({ delayMs: 0, bodyAfterMs: 100 }, () => times(1))
    expect(result[0]).toMatchObject({ body: 'ok' })
    expect(truth.residenceUs[0]).toBeGreaterThanOrEqual(100_000)
  })

  it('has sent the headers when the body is yet to come', async () => {
    const { result, truth } = await during({ delayMs: 0, bodyAfterMs: 60_000 }, async () => {
      const [response] = await once(request(server.url, { agent }).end(), 'response')
      return (response as IncomingMessage).once('error', () => {}).statusCode
    })
    expect(result).toBe(200)
    expect(truth.counts).toEqual({ requests: 1, answered: 0, dropped: 0, hung: 0 })
  })

  it('holds what arrives in a stall until its end, and says when that was', async () => {
    const stall = { cycleMs: 600, fromMs: 100, lengthMs: 300 }
    // Whether a request meets the stall is up to the machine.
    const { truth } = await until(
      () =>
        during({ delayMs: 1, stall }, async () => {
          const startedAt = performance.now()
          while (performance.now() - startedAt < 600) await get()
        }),
      (seen) => seen.truth.residenceUs.includes(null),
    )
    const [first] = truth.stalls
    expect(first?.startUs).toBeGreaterThan(90_000)
    expect(first?.endUs).toBeGreaterThan(390_000)
    // One connection: no more than one request met a stall.
    expect(truth.residenceUs.filter((us) => us === null).length).toBeLessThanOrEqual(truth.stalls.length)
    expect(truth.counts.answered).toBe(truth.counts.requests)
  })

  it('counts the time from the accepting of a connection into that of its first request, and of no other', async () => {
    const { truth } = await during({ delayMs: 0 }, async () => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      await once(socket, 'connect')
      // The server accepts in order: once it answers a later connection, it has accepted this one.
      await get()
      await new Promise((resolve) => setTimeout(resolve, 400))
      for (let i = 0; i < 6; i++) {
        socket.write('GET / HTTP/1.1\r\nHost: fixture\r\n\r\n')
        await once(socket, 'data')
      }
      socket.destroy()
    })
    const [, first = 0, ...others] = residencesOf(truth)
    expect(truth.residenceUs).toHaveLength(7)
    expect(first).toBeGreaterThan(390_000)
    // The machine may hold up one, but not each of them.
    expect(Math.min(...others)).toBeLessThan(first / 2)
  })

  it('begins each load with an empty log', async () => {
    await during({ delayMs: 0 }, () => times(3))
    const { truth } = await during({ delayMs: 0 }, () => times(1))
    expect(truth.counts.requests).toBe(1)
    expect(truth.residenceUs).toHaveLength(1)
  })
})

it('notes when it was awake and got no further, by the clock of all processes', async () => {
  const here = new FixtureServer()
  const port = await here.listen()
  const nowUs = () => Number(process.hrtime.bigint()) / 1e3
  const beganUs = nowUs()
  here.begin({ delayMs: 0 }, true)
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  await turn()
  const end = performance.now() + 30
  while (performance.now() < end);
  await turn()
  const answer = await fetch(`http://127.0.0.1:${port}`)
  expect(await answer.text()).toBe('ok')
  const { pauses, counts } = await here.end()
  here.close()
  const longest = pauses.reduce((a, b) => (b.endUs - b.startUs > a.endUs - a.startUs ? b : a))
  expect(longest.endUs - longest.startUs).toBeGreaterThan(20_000)
  expect(longest.startUs).toBeGreaterThanOrEqual(beganUs)
  expect(longest.endUs).toBeLessThanOrEqual(nowUs())
  expect(counts).toMatchObject({ requests: 1, answered: 1 })
})

describe('its process', () => {
  it('that dies fails what waits for it, with the reason', async () => {
    const dying = await FixtureProcess.start(testLease, [])
    await dying.stop()
    await expect(dying.begin({ delayMs: 0 })).rejects.toThrow('ended by itself (SIGKILL)')
  })
})
