// What both of the level's operators need: how they ask through the proxy, and how they give up.
import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 50
/** How long nginx may take to put new workers in the place of the old ones. */
const RELOADED_MS = 10_000

/** @typedef {{ node_id: string, worker_id: string, uptime_seconds: number }} Worker as `/health/worker` answers */

/**
 * Waits until each of the nodes has answered through the proxy; ends the program when one does not within `withinMs`.
 * @param {{ host: string, port: string }} proxy
 * @param {readonly string[]} which
 * @param {{ withinMs: number, isNew?: (worker: Worker) => boolean }} options `isNew`: whose answers count
 * @returns {Promise<Map<string, Worker>>} what each answered
 */
export async function served(proxy, which, { withinMs, isNew = () => true }) {
  const seen = new Map()
  const deadline = Date.now() + withinMs
  while (seen.size < which.length) {
    if (Date.now() > deadline) {
      const missing = which.filter((name) => !seen.has(name))
      fail(`${missing.join(', ')}: no answer through the proxy after ${withinMs / 1000} s`)
    }
    const worker = await ask(proxy, '/health/worker')
    if (which.includes(worker.node_id) && isNew(worker)) seen.set(worker.node_id, worker)
    else await sleep(POLL_MS)
  }
  return seen
}

/**
 * Has nginx read its configuration anew, and waits until each worker that it had before takes no new connection: until
 * then, requests go by the old configuration too. Ends the program when one does not let go.
 * @param {() => Map<string, string>} workers the titles of nginx's workers of now, by pid
 * @param {() => void} signal tells nginx to read
 */
export async function takenOver(workers, signal) {
  const former = workers()
  signal()
  const deadline = Date.now() + RELOADED_MS
  for (;;) {
    const now = workers()
    // A worker that is shutting down only ends what it has begun.
    const left = [...former.keys()].filter((pid) => now.has(pid) && !now.get(pid).includes('shutting down'))
    if (left.length === 0) return
    if (Date.now() > deadline) {
      fail(
        `nginx: still serves by its old configuration ${RELOADED_MS / 1000} s after it was told to read the new one`,
      )
    }
    await sleep(POLL_MS)
  }
}

/** nginx's workers among lines of `PID TITLE`. */
export function workersIn(lines) {
  const processes = lines.map((line) => /^\s*(\d+)\s+(.*)$/.exec(line)).filter((found) => found !== null)
  return new Map(
    processes
      .filter(([, , title]) => title.startsWith('nginx: worker'))
      .map(([, pid, title]) => [pid, title]),
  )
}

/** What a path answers, or nothing where nobody answers it with 200. */
function ask({ host, port }, path) {
  return new Promise((resolve) => {
    const request = get({ host, port, path, agent: false, timeout: 2_000 }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(response.statusCode === 200 ? JSON.parse(text) : {}))
    })
    request.on('timeout', () => request.destroy())
    // Nobody answers yet: it is asked again.
    request.on('error', () => resolve({}))
  })
}

/** The number of nodes that somebody typed. */
export function nodeCount(text) {
  const count = Number(text)
  return Number.isInteger(count) && count >= 1 ? count : fail(`scale ${text}: must be a whole number from 1`)
}

export function fail(text) {
  console.error(text)
  process.exit(2)
}
