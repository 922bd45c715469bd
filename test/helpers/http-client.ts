import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any
}

interface Options {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Without one, each request has a connection of its own. */
  readonly agent?: Agent
  /** How long to wait for the answer. */
  readonly withinMs?: number
}

/** One request by plain node:http, which neither retries nor follows nor hides anything. */
export function send(baseUrl: string, path: string, options: Options = {}): Promise<Answer> {
  const { method = 'GET', body, agent, withinMs = PATIENCE_MS } = options
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const headers = {
    ...(payload === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
    ...options.headers,
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, baseUrl),
      { method, headers, agent: agent ?? false },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const isJson = incoming.headers['content-type']?.includes('json') ?? false
          const json = isJson && text ? JSON.parse(text) : undefined
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.setTimeout(withinMs, () => outgoing.destroy(new Error(`no answer within ${withinMs} ms`)))
    outgoing.end(payload)
  })
}

/** Between two requests of a connection, at most, in ms: a load that leaves time to start workers beside it. */
export const REST_MS = 60

/** How long a test waits for what must come: what no machine takes, however busy it is. */
export const PATIENCE_MS = 240_000

/** Asks until `holds` is satisfied. @throws Error with the last answer when that takes longer than `PATIENCE_MS`. */
export async function until<T>(ask: () => T | Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const value = await (async () => ask())().catch((error: Error) => error)
    if (!(value instanceof Error) && holds(value)) return value
    if (Date.now() > deadline)
      throw new Error(
        `still not so after ${PATIENCE_MS} ms: ${value instanceof Error ? value : JSON.stringify(value)}`,
      )
    await pause(25)
  }
}

/**
 * Every pid that answers on `/health/worker`, asked `asks` times on connections of their own. A connection that Node's
 * cluster was handing to a worker at the moment of its death is neither answered nor closed: it is given up soon, and
 * another asks in its place.
 */
export async function workerPids(baseUrl: string, asks: number): Promise<string[]> {
  const pids = new Set<string>()
  for (let i = 0; i < asks; i++) {
    const { json } = await until(
      () => send(baseUrl, '/health/worker', { withinMs: 5_000 }),
      ({ status }) => status === 200,
    )
    pids.add(json.worker_id)
  }
  return [...pids].toSorted()
}

/**
 * The `count` workers that answer, none of them among `former`, once all of them have: one that the machine holds up may
 * be passed over for a while. @throws Error when it stays at more, or at fewer
 */
export async function everyWorker(
  baseUrl: string,
  count: number,
  former: readonly string[] = [],
): Promise<string[]> {
  let seen = new Set<string>()
  const found = await until(
    async () => {
      // One of those that answered is to be gone: who is there now?
      if (seen.size > count || former.some((pid) => seen.has(pid))) seen = new Set()
      for (const pid of await workerPids(baseUrl, 2 * count)) seen.add(pid)
      return [...seen]
    },
    (pids) => pids.length === count && !former.some((pid) => pids.includes(pid)),
  )
  return found.toSorted()
}

/**
 * Sends over `connections` keep-alive connections and accounts for every single request. Between two requests, each rests
 * for up to `restMs`: an idle connection is what a hasty server cuts at the wrong instant.
 */
export class CountingClient {
  ok = 0
  readonly lost: string[] = []
  #running = true
  readonly #loops: Promise<void>[]

  constructor(baseUrl: string, path: string, connections: number, restMs = 0) {
    this.#loops = Array.from({ length: connections }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      while (this.#running) {
        if (restMs > 0) await pause(Math.random() * restMs)
        try {
          const { status } = await send(baseUrl, path, { agent })
          if (status === 200) this.ok += 1
          else this.lost.push(`status ${status}`)
        } catch (error) {
          this.lost.push(String((error as NodeJS.ErrnoException).code ?? error))
        }
      }
      agent.destroy()
    })
  }

  async stop(): Promise<void> {
    this.#running = false
    await Promise.all(this.#loops)
  }
}
