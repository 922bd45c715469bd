import { readdirSync, readFileSync } from 'node:fs'
import { codeOf } from '../words/errors.js'
import { readProcessTable } from './process-table.js'
import { treeOf } from './tree-usage.js'

/**
 * CPU time in µs that the living processes of a tree have used, from `/proc/PID/task/TID/schedstat` (ns, where
 * `/proc/PID/stat` counts in ticks of 10 ms); from `ps` where there is no such file. A process that has ended is missing:
 * two readings compare only while the tree stays the same.
 * @param roots root processes of the tree
 */
export function treeCpu(roots: readonly number[]): {
  cpuUs: number
  rssBytes: number
  pids: readonly number[]
} {
  const rows = treeOf(readProcessTable(), roots)
  return {
    cpuUs: rows.reduce((sum, row) => sum + (schedstatUs(row.pid) ?? row.cpuUs), 0),
    rssBytes: rows.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
    pids: rows.map(({ pid }) => pid).sort((a, b) => a - b),
  }
}

/** Of all threads of a process, in µs; null where the kernel does not tell. */
function schedstatUs(pid: number): number | null {
  try {
    let ns = 0
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ', 1)[0])
    }
    return ns / 1e3
  } catch (error) {
    // Without CONFIG_SCHED_INFO, or no Linux; or the process, or a thread of it, has just ended.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null
    throw error
  }
}
