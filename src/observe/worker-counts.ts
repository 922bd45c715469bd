import { get } from 'node:http'
import type { WorkerShare } from '../model/run.js'

/** Requests served so far, by worker. */
export type WorkerCounts = ReadonlyMap<string, number>

/**
 * Asks a level's workers for their counts: a fresh connection each time, until `expected` different ones have
 * answered or 8 times as many have been asked in vain. Which worker answers is the level's choice, so one that was not
 * seen may be there all the same.
 * @throws Error when the path does not answer JSON with `worker_id` and `requests_served`.
 */
export async function readWorkerCounts(url: string, path: string, expected: number): Promise<WorkerCounts> {
  const counts = new Map<string, number>()
  for (let tries = 0; counts.size < expected && tries < 8 * expected + 8; tries++) {
    const answer = await getJson(new URL(path, url))
    const id = answer.worker_id
    const served = answer.requests_served
    if ((typeof id !== 'string' && typeof id !== 'number') || typeof served !== 'number') {
      throw new Error(`${path} answered without "worker_id" and "requests_served"`)
    }
    counts.set(String(id), served)
  }
  return counts
}

/** What each worker served between two readings, busiest first; `changed` counts those seen in only one of them. */
export function workerShares(
  before: WorkerCounts,
  after: WorkerCounts,
): { shares: WorkerShare[]; changed: number } {
  const shares: WorkerShare[] = []
  for (const [workerId, served] of after) {
    const earlier = before.get(workerId)
    if (earlier !== undefined) shares.push({ workerId, requests: Math.max(0, served - earlier) })
  }
  shares.sort((a, b) => b.requests - a.requests || a.workerId.localeCompare(b.workerId))
  return { shares, changed: before.size + after.size - 2 * shares.length }
}

function getJson(url: URL): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: 5_000 }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        try {
          if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`)
          resolve(JSON.parse(Buffer.concat(chunks).toString()))
        } catch (error) {
          reject(new Error(`${url.pathname} gave no usable answer: ${(error as Error).message}`))
        }
      })
    })
    request.on('timeout', () => request.destroy(new Error(`${url.pathname} did not answer within 5 s`)))
    request.on('error', reject)
  })
}
