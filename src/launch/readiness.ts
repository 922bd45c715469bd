import { setTimeout as delay } from 'node:timers/promises'
import { type ProbeAnswer, probe } from './probe.js'

const POLL_MS = 20
/** Most connections that one look at the workers opens at once. */
const MOST_AT_ONCE = 64

/**
 * Asks until the answer is a 2xx. Gives null then, and after `timeoutMs` what was wrong last.
 * @throws the signal's reason when aborted.
 */
export async function untilReady(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
  pollMs = POLL_MS,
): Promise<string | null> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await probe(url, signal)
    signal.throwIfAborted()
    if (isSuccess(answer)) return null
    if (performance.now() >= deadline) return describe(answer)
    await delay(pollMs, undefined, { signal })
  }
}

/**
 * Asks until anybody answers, be it with an error. Gives null then, and after `timeoutMs` what was wrong last.
 * @throws the signal's reason when aborted.
 */
export async function untilAnswered(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | null> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await probe(url, signal)
    signal.throwIfAborted()
    if (answer.status !== null) return null
    if (performance.now() >= deadline) return answer.problem
    await delay(POLL_MS, undefined, { signal })
  }
}

/**
 * Asks on ever new connections until `expected` workers have answered with a `worker_id` of their own, many at once:
 * one at a time, an idle system may hand every connection to the same worker. Gives up when no new one has answered for
 * `quietMs`: a process manager may start them one by one, each as slowly as a busy machine lets it. Gives null when all
 * were seen, else a sentence.
 * @throws the signal's reason when aborted.
 */
export async function untilWorkersAnswer(
  url: string,
  expected: number,
  quietMs: number,
  signal: AbortSignal,
): Promise<string | null> {
  const began = performance.now()
  const connections = Math.min(MOST_AT_ONCE, 4 * expected)
  const ids = new Set<string>()
  let newest = began
  for (;;) {
    const answers = await Promise.all(Array.from({ length: connections }, () => probe(url, signal)))
    signal.throwIfAborted()
    const before = ids.size
    for (const id of answers.map(workerIdOf)) if (id !== null) ids.add(id)
    if (ids.size >= expected) return null
    const now = performance.now()
    if (ids.size > before) newest = now
    if (now - newest >= quietMs) {
      const found = `${ids.size} of ${expected} workers answered within ${Math.round((now - began) / 1_000)} s`
      const [first] = answers
      if (ids.size > 0 || !first) return found
      return `${found}: GET ${new URL(url).pathname} ${describe(first)}, without a worker_id`
    }
    await delay(POLL_MS, undefined, { signal })
  }
}

/** `worker_id` of a JSON answer, or null. */
export function workerIdOf(answer: ProbeAnswer): string | null {
  if (!isSuccess(answer) || answer.status === null) return null
  try {
    const { worker_id: id } = Object(JSON.parse(answer.body)) as { worker_id?: unknown }
    return typeof id === 'string' || typeof id === 'number' ? String(id) : null
  } catch {
    // Not JSON: whatever answers there, it names no worker.
    return null
  }
}

function isSuccess(answer: ProbeAnswer): boolean {
  return answer.status !== null && answer.status >= 200 && answer.status < 300
}

function describe(answer: ProbeAnswer): string {
  return answer.status === null ? answer.problem : `answered ${answer.status}`
}
