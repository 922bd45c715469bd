import type { WorkerShare } from '../model/run/server-truth.js'

/** Requests served so far, by worker. */
export type WorkerCounts = ReadonlyMap<string, number>

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
