import { setTimeout as wait } from 'node:timers/promises'
import type { WatchedTree } from './observer.js'
import { readProcessTable } from './process-table.js'
import { TreeUsage, treeOf } from './tree-usage.js'

const WINDOW_MS = 200

/** Share of a core that a service may use and still count as quiet: two of the kernel's ticks in a window. */
const QUIET_SHARE = 0.1

const LIMIT_MS = 15_000

/**
 * Waits until the processes are quiet: what a load leaves behind (requests whose clients have gone, password hashes in a
 * queue) would otherwise be paid for by the next measurement.
 * @returns false when they were still busy after `limitMs`
 */
export async function settle(
  trees: readonly WatchedTree[],
  signal: AbortSignal,
  limitMs = LIMIT_MS,
): Promise<boolean> {
  const roots = trees.flatMap(({ pids }) => pids)
  if (roots.length === 0) return true
  for (const deadline = Date.now() + limitMs; Date.now() < deadline; ) {
    const usage = new TreeUsage()
    const startedAt = performance.now()
    usage.look(treeOf(readProcessTable(), roots))
    await wait(WINDOW_MS, undefined, { signal })
    usage.look(treeOf(readProcessTable(), roots))
    const elapsedUs = (performance.now() - startedAt) * 1e3
    if (usage.total().cpuUs <= QUIET_SHARE * elapsedUs) return true
  }
  return false
}
