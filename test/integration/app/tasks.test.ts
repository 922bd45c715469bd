import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, send, until } from '../../helpers/http-client.js'
import { needs } from '../../helpers/needs.js'
import { lackOfRedis, TestRedis } from '../../helpers/redis.js'
import { Service, startServer } from './service.js'

let redis: TestRedis
const services: Service[] = []

beforeEach(async () => {
  redis = await TestRedis.start()
})
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop('SIGKILL')))
  await redis.remove()
})

function env(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    ENABLE_BACKGROUND_TASKS: 'true',
    REDIS_URL: redis.url(),
    TASK_LOCK_TIMEOUT: '5',
    TASK_BACKOFF_MS: '10',
    // The machine is shared with other tests.
    QUEUE_NICE: '0',
    ...extra,
  }
}

async function startWeb(extra: NodeJS.ProcessEnv = {}): Promise<string> {
  const web = startServer(env(extra))
  services.push(web)
  const url = await web.url()
  await until(
    () => send(url, '/ready'),
    ({ status }) => status === 200,
  )
  return url
}

async function startQueueWorker(extra: NodeJS.ProcessEnv = {}): Promise<Service> {
  const worker = new Service(process.execPath, ['dist/src/app/queue-worker.js'], env(extra))
  services.push(worker)
  await worker.prints(/takes tasks/)
  return worker
}

function enqueue(url: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
  return send(url, '/api/tasks', { method: 'POST', body, headers })
}

const mail = (to: string) => ({ name: 'send_email', args: { to } })
const upload = (gib: number) => ({ name: 'process_upload', args: { bytes: gib * 1_073_741_824 } })
/** Half a second of CPU time, or more. */
const LONG = upload(1)
/** So much that nobody waits for its end. */
const ENDLESS = upload(16)

async function idOf(answer: Promise<Answer>): Promise<string> {
  const { status, json, text } = await answer
  expect([status, text]).toEqual([202, text])
  return json.task_id
}

function ended(url: string, id: string): Promise<Answer> {
  return until(
    () => send(url, `/api/tasks/${id}?wait=5`),
    ({ json }) => ['done', 'failed', 'cancelled'].includes(json.status),
  )
}

/** Waits until a worker has taken it; one that does it at once may be done with it by then. */
async function taken(url: string, id: string): Promise<void> {
  await until(
    () => send(url, `/api/tasks/${id}`),
    ({ json }) => ['running', 'done'].includes(json.status),
  )
}

function queueState(url: string, holds: (state: Record<string, number>) => boolean): Promise<Answer> {
  return until(
    () => send(url, '/health/queue'),
    ({ json }) => holds(json),
  )
}

/** Enqueues `count` tasks, 50 at a time, and gives the answers. */
async function enqueueMany(
  url: string,
  count: number,
  bodyOf: (index: number) => object,
): Promise<(Answer | Error)[]> {
  const answers: (Answer | Error)[] = []
  for (let at = 0; at < count; at += 50) {
    const some = Array.from({ length: Math.min(50, count - at) }, (_, index) =>
      enqueue(url, bodyOf(at + index)).catch((error: Error) => error),
    )
    answers.push(...(await Promise.all(some)))
  }
  return answers
}

describe('tasks', needs(lackOfRedis), () => {
  it('1,000 in flight at once are each done once', async () => {
    const url = await startWeb()
    const answers = await enqueueMany(url, 1_000, (index) => mail(`user${index}@example.org`))
    const ids = answers.map((answer) => (answer as Answer).json.task_id as string)
    expect(new Set(ids).size).toBe(1_000)
    expect((await queueState(url, ({ enqueued }) => enqueued === 1_000)).json).toMatchObject({
      waiting: 1_000,
    })
    await Promise.all([startQueueWorker(), startQueueWorker()])
    const { json } = await queueState(url, ({ done }) => done === 1_000)
    expect(json).toMatchObject({ waiting: 0, enqueued: 1_000, failed: 0 })
    const counted = json.completion_seconds.buckets.reduce(
      (sum: number, b: { count: number }) => sum + b.count,
      0,
    )
    expect(counted).toBe(1_000)
    expect((await redis.sent()).toSorted()).toEqual(ids.toSorted())
  })

  it('of a queue worker that is killed are done by another: none is lost, none done twice', async () => {
    const url = await startWeb()
    const [victim] = await Promise.all([startQueueWorker(), startQueueWorker()])
    const answers = await enqueueMany(url, 400, (index) =>
      index % 4 === 0
        ? { name: 'generate_report', args: { rows: 20_000, seed: index } }
        : mail(`user${index}@example.org`),
    )
    await queueState(url, ({ active, done }) => (active ?? 0) > 0 || (done ?? 0) > 0)
    await victim?.stop('SIGKILL')
    const { json } = await queueState(
      url,
      ({ done, active, waiting }) => done === 400 && active === 0 && waiting === 0,
    )
    expect(json).toMatchObject({ enqueued: 400, done: 400, failed: 0 })
    for (const answer of answers) {
      expect((await send(url, (answer as Answer).json.status_url)).json.status).toBe('done')
    }
    const sent = await redis.sent()
    expect(sent).toHaveLength(300)
    expect(new Set(sent).size).toBe(300)
  })

  it('that were acknowledged outlive a Redis that is killed and comes back; meanwhile the web says 503', async () => {
    const url = await startWeb()
    await startQueueWorker()
    const first = await enqueueMany(url, 200, (index) => mail(`a${index}@example.org`))
    await redis.end()
    const away = await enqueueMany(url, 50, (index) => mail(`b${index}@example.org`))
    expect(new Set(away.map((answer) => (answer as Answer).status))).toEqual(new Set([503]))
    expect((await send(url, '/api/simple')).status).toBe(200)
    expect((await send(url, '/metrics')).status).toBe(200)
    expect((await send(url, '/ready')).json.checks.queue).not.toBe('ok')
    await redis.run()
    await until(
      () => send(url, '/ready'),
      ({ status }) => status === 200,
    )
    const last = await enqueueMany(url, 200, (index) => mail(`c${index}@example.org`))
    const acknowledged = [...first, ...away, ...last].filter(
      (answer): answer is Answer => !(answer instanceof Error) && answer.status === 202,
    )
    expect(acknowledged.length).toBe(400)
    for (const { json } of acknowledged) expect((await ended(url, json.task_id)).json.status).toBe('done')
    const sent = await redis.sent()
    expect(new Set(sent).size).toBe(sent.length)
    expect(new Set(sent)).toEqual(new Set(acknowledged.map(({ json }) => json.task_id)))
  })

  it('are tried again as often as they may be', async () => {
    const url = await startWeb()
    await startQueueWorker()
    const again = await idOf(enqueue(url, mail('someone@greylist.invalid')))
    expect((await ended(url, again)).json).toMatchObject({ status: 'done' })
    const never = await idOf(enqueue(url, mail('someone@nowhere.invalid')))
    expect((await ended(url, never)).json).toEqual({
      task_id: never,
      status: 'failed',
      error: 'someone@nowhere.invalid: no such host',
    })
    const once = await idOf(enqueue(url, { ...mail('someone@greylist.invalid'), attempts: 1 }))
    expect((await ended(url, once)).json.status).toBe('failed')
    expect((await send(url, '/health/queue')).json).toMatchObject({ done: 1, failed: 2 })
  })

  it('go by priority', async () => {
    const url = await startWeb()
    const low = await idOf(enqueue(url, { ...mail('low@example.org'), priority: 9 }))
    const high = await idOf(enqueue(url, { ...mail('high@example.org'), priority: 1 }))
    const plain = await idOf(enqueue(url, mail('plain@example.org')))
    await startQueueWorker({ TASK_CONCURRENCY: '1' })
    await ended(url, low)
    expect(await redis.sent()).toEqual([plain, high, low])
  })

  it('may be delayed, and repeat until they are cancelled', async () => {
    const url = await startWeb()
    await startQueueWorker()
    const muchLater = await enqueue(url, { ...mail('tomorrow@example.org'), delay_seconds: 86_400 })
    expect((await send(url, muchLater.json.status_url)).json.status).toBe('queued')
    await queueState(url, ({ delayed }) => delayed === 1)
    await send(url, muchLater.json.status_url, { method: 'DELETE' })
    const later = await idOf(enqueue(url, { ...mail('later@example.org'), delay_seconds: 1 }))
    expect((await ended(url, later)).json.status).toBe('done')

    const repeating = await enqueue(url, { ...mail('again@example.org'), repeat: { every_seconds: 0.2 } })
    expect(repeating.json.status).toBe('repeating')
    await until(
      () => redis.sent(),
      (sent) => sent.length >= 4,
    )
    const { task_id, status_url } = repeating.json
    expect((await send(url, status_url)).json).toEqual({ task_id, status: 'repeating' })
    expect((await send(url, status_url, { method: 'DELETE' })).json.status).toBe('cancelled')
    expect((await send(url, status_url)).status).toBe(404)
    // One more may have been under way.
    const { json } = await queueState(url, ({ active, delayed, enqueued, done = 0, cancelled = 0 }) => {
      return active === 0 && delayed === 0 && enqueued === done + cancelled
    })
    const sent = await redis.sent()
    expect(new Set(sent).size).toBe(json.done)
    expect(sent).toHaveLength(json.done)
  })

  it('with the same key are one task, before and after it is done', async () => {
    const url = await startWeb()
    const key = { 'idempotency-key': 'order 4711' }
    const ids = await Promise.all(
      Array.from({ length: 5 }, () => idOf(enqueue(url, mail('a@example.org'), key))),
    )
    expect(new Set(ids).size).toBe(1)
    await startQueueWorker()
    await ended(url, ids[0] ?? '')
    expect(await idOf(enqueue(url, mail('a@example.org'), key))).toBe(ids[0])
    const other = await idOf(enqueue(url, mail('a@example.org'), { 'idempotency-key': 'order 4712' }))
    await ended(url, other)
    expect(await redis.sent()).toEqual([ids[0], other])
  })

  it('of a batch are each done once', async () => {
    const url = await startWeb()
    await startQueueWorker()
    const items = Array.from({ length: 1_200 }, (_, index) => ({ to: `user${index}@example.org` }))
    const id = await idOf(enqueue(url, { name: 'batch', args: { task: 'send_email', items } }))
    expect((await ended(url, id)).json.result).toMatchObject({ tasks: 1_200 })
    await queueState(url, ({ done, enqueued }) => done === 1_201 && enqueued === 1_201)
    expect(new Set(await redis.sent()).size).toBe(1_200)
  })

  it('are refused when nobody could do them', async () => {
    const url = await startWeb()
    for (const [body, code] of [
      [{ name: 'fly' }, 'unknown_task'],
      [{ name: 'toString' }, 'unknown_task'],
      [mail('nobody'), 'invalid_arguments'],
      [{ name: 'batch', args: { task: 'send_email', items: [{ to: 'x' }] } }, 'invalid_arguments'],
      [{ name: 'batch', args: { task: 'batch', items: [{}] } }, 'invalid_arguments'],
      [{ ...mail('a@example.org'), priority: -1 }, 'validation_failed'],
    ] as const) {
      const { status, json } = await enqueue(url, body)
      expect([status, json.error.code]).toEqual([400, code])
    }
    for (const method of ['GET', 'DELETE']) {
      for (const id of ['nothing', 'io-1', 'cpu-repeat-1']) {
        expect((await send(url, `/api/tasks/${id}`, { method })).status).toBe(404)
      }
    }
  })

  it('are forgotten when their time is up', async () => {
    const url = await startWeb()
    await startQueueWorker({ TASK_RESULT_TTL: '1' })
    const id = await idOf(enqueue(url, mail('a@example.org')))
    await until(
      () => send(url, `/api/tasks/${id}`),
      ({ status }) => status === 404,
    )
  })

  it('that take longer than they may fail with that reason, at once and for good, and the next one runs', async () => {
    const limit = { TASK_TIMEOUT_MS: '6000', TASK_ATTEMPTS: '3' }
    const url = await startWeb(limit)
    await startQueueWorker(limit)
    const { json } = await ended(url, await idOf(enqueue(url, ENDLESS)))
    expect(json).toMatchObject({
      status: 'failed',
      error: 'took longer than TASK_TIMEOUT_MS allows (6000 ms)',
    })
    // On a busy machine a thread may take longer than that to start: then another one is asked.
    const next = await until(
      async () => ended(url, await idOf(enqueue(url, { name: 'process_upload', args: { bytes: 1_000 } }))),
      (answer) => answer.json.status === 'done',
    )
    expect(next.json.result.bytes).toBe(1_000)
    expect((await send(url, '/health/queue')).json).toMatchObject({ done: 1 })
  })

  it('wait in the broker, and their results lie in the result backend', async () => {
    const own = { TASK_BROKER_URL: redis.url(1), TASK_RESULT_BACKEND: redis.url(2), REDIS_KEY_PREFIX: 'shop' }
    const url = await startWeb(own)
    await startQueueWorker(own)
    await ended(url, await idOf(enqueue(url, mail('a@example.org'))))
    const [none, broker, results] = await Promise.all([redis.keys(0), redis.keys(1), redis.keys(2)])
    expect(none).toEqual([])
    expect(broker.every((key) => key.startsWith('shop:queue:'))).toBe(true)
    expect(results.some((key) => key.startsWith('shop:result:io-'))).toBe(true)
    expect(results.some((key) => key.startsWith('shop:queue:'))).toBe(false)
  })
})

describe('cancelling', needs(lackOfRedis), () => {
  it('a waiting task: it never runs', async () => {
    const url = await startWeb()
    const [kept, cancelled] = [
      await idOf(enqueue(url, mail('kept@example.org'))),
      await idOf(enqueue(url, mail('cancelled@example.org'))),
    ]
    const answer = await send(url, `/api/tasks/${cancelled}`, { method: 'DELETE' })
    expect([answer.status, answer.json]).toEqual([200, { task_id: cancelled, status: 'cancelled' }])
    await startQueueWorker()
    expect((await ended(url, kept)).json.status).toBe('done')
    expect((await send(url, `/api/tasks/${cancelled}`)).json.status).toBe('cancelled')
    expect(await redis.sent()).toEqual([kept])
    for (const id of [kept, cancelled]) {
      expect((await send(url, `/api/tasks/${id}`, { method: 'DELETE' })).status).toBe(409)
    }
  })

  it('a running one: it is stopped wherever it is, and the next one runs', async () => {
    const url = await startWeb()
    await startQueueWorker()
    const id = await idOf(enqueue(url, ENDLESS))
    await taken(url, id)
    const answer = await send(url, `/api/tasks/${id}`, { method: 'DELETE' })
    expect([answer.status, answer.json.status]).toEqual([202, 'cancelling'])
    expect((await ended(url, id)).json.status).toBe('cancelled')
    const next = await idOf(enqueue(url, { name: 'process_upload', args: { bytes: 1_000 } }))
    expect((await ended(url, next)).json.result.bytes).toBe(1_000)
  })
})

describe('a queue worker that is stopped', needs(lackOfRedis), () => {
  it('finishes what it has', async () => {
    const url = await startWeb()
    const worker = await startQueueWorker({ GRACEFUL_TIMEOUT: '100' })
    const id = await idOf(enqueue(url, LONG))
    await taken(url, id)
    expect(await worker.stop()).toEqual({ code: 0, signal: null })
    expect((await send(url, `/api/tasks/${id}`)).json.status).toBe('done')
  })

  it('gives back what it cannot finish in time, and another one does it', async () => {
    const url = await startWeb()
    const worker = await startQueueWorker({ GRACEFUL_TIMEOUT: '1' })
    const ids = [await idOf(enqueue(url, upload(4))), await idOf(enqueue(url, upload(4)))]
    await taken(url, ids[0] ?? '')
    // However fast the machine is, it does not get through a second one.
    expect(await worker.stop()).toEqual({ code: 0, signal: null })
    const left = await send(url, '/health/queue')
    expect(left.json).toMatchObject({ active: 0 })
    expect(left.json.waiting).toBeGreaterThanOrEqual(1)
    await startQueueWorker()
    for (const id of ids) expect((await ended(url, id)).json.status).toBe('done')
  })
})

describe('without Redis', needs(lackOfRedis), () => {
  it('a queue worker that is told to stop leaves all the same', async () => {
    const worker = await startQueueWorker({ GRACEFUL_TIMEOUT: '1' })
    await redis.end()
    expect(await worker.stop()).toMatchObject({ signal: null })
    expect(worker.output).toMatch(/stopped|leaving without it/)
  })
})

describe('without Redis at the start', needs(lackOfRedis), () => {
  it('the web serves what needs none, and tasks when it comes', async () => {
    await redis.end()
    const web = startServer(env())
    services.push(web)
    const url = await web.url()
    expect((await send(url, '/ready')).status).toBe(503)
    expect((await send(url, '/api/simple')).status).toBe(200)
    expect((await enqueue(url, mail('a@example.org'))).status).toBe(503)
    await redis.run()
    await until(
      () => send(url, '/ready'),
      ({ status }) => status === 200,
    )
    await idOf(enqueue(url, mail('a@example.org')))
  })

  it('wrong settings are told, all of them', async () => {
    const web = startServer({
      ENABLE_BACKGROUND_TASKS: 'true',
      TASK_BROKER_URL: 'http://user:s3cret@host/',
      TASK_THREADS: '0',
    })
    expect((await web.exited).code).toBe(2)
    expect(web.output).toMatch(/TASK_BROKER_URL: is not valid/)
    expect(web.output).toMatch(/TASK_THREADS: "0" is not valid/)
    expect(web.output).not.toMatch(/s3cret/)
    const missing = startServer({ ENABLE_BACKGROUND_TASKS: 'true' })
    expect((await missing.exited).code).toBe(2)
    expect(missing.output).toMatch(/TASK_BROKER_URL or REDIS_URL: is required/)
  })
})

describe('the dashboard', needs(lackOfRedis), () => {
  const board = (extra: NodeJS.ProcessEnv) => {
    const service = new Service(
      process.execPath,
      ['dist/src/app/board.js'],
      env({ BOARD_PORT: '0', ...extra }),
    )
    services.push(service)
    return service
  }
  const basic = (account: string) => ({ authorization: `Basic ${Buffer.from(account).toString('base64')}` })

  it('opens with its password only, on the loopback address', async () => {
    const service = board({ BOARD_PASSWORD: 'correct horse battery' })
    const [, address] = await service.prints(/listening on ([^"]*)"/)
    expect(address).toMatch(/^127\.0\.0\.1:/)
    const url = `http://${address}`
    for (const headers of [{}, basic('admin:wrong'), basic('admin:')]) {
      expect((await send(url, '/', { headers })).status).toBe(401)
      expect((await send(url, '/api/queues', { headers })).status).toBe(401)
    }
    const page = await send(url, '/', { headers: basic('admin:correct horse battery') })
    expect(page.status).toBe(200)
    const { json } = await send(url, '/api/queues', { headers: basic('admin:correct horse battery') })
    expect(json.queues.map(({ name }: { name: string }) => name).toSorted()).toEqual(['cpu', 'io'])
    expect(service.output).not.toMatch(/correct horse/)
  })

  it('does not start without one', async () => {
    for (const password of ['', 'short']) {
      const service = board({ BOARD_PASSWORD: password })
      expect((await service.exited).code).toBe(2)
      expect(service.output).toMatch(/BOARD_PASSWORD/)
    }
  })
})
