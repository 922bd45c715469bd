import { messageOf } from '../model/errors.js'
import type { ServerTruth } from '../model/run.js'
import { cpuShares, readCpuTicks } from './machine-cpu.js'
import type { Observer, Watch, WatchRequest } from './observer.js'
import { readProcessTable } from './process-table.js'
import { TreeUsage, treeOf } from './tree-usage.js'
import { readWorkerCounts, type WorkerCounts, workerShares } from './worker-counts.js'

const LOOK_EVERY_MS = 1_000

/** Watches process trees, the machine and the workers' own counts, from the outside. */
export const processObserver: Observer = {
  async watch(request: WatchRequest): Promise<Watch> {
    const countsBefore = await countsOf(request)
    const usages = request.trees.map((tree) => ({ tree, usage: new TreeUsage() }))
    let observerCpuUs = 0
    const look = () => {
      const before = process.cpuUsage()
      const table = readProcessTable()
      for (const { tree, usage } of usages) usage.look(treeOf(table, tree.pids))
      const spent = process.cpuUsage(before)
      observerCpuUs += spent.user + spent.system
    }
    const ticksBefore = readCpuTicks()
    look()
    const timer = setInterval(look, LOOK_EVERY_MS)

    return {
      async stop(): Promise<ServerTruth> {
        clearInterval(timer)
        look()
        const shares = cpuShares(ticksBefore, readCpuTicks())
        return {
          usage: usages.map(({ tree, usage }) => ({ name: tree.name, role: tree.role, ...usage.total() })),
          workers: workersOf(request, countsBefore, await countsOf(request)),
          ...shares,
          observerCpuUs,
        }
      },
    }
  },
}

/** Null where the level has no path for it, or where the service no longer answers: then there is no truth to tell. */
async function countsOf({ workers }: WatchRequest): Promise<WorkerCounts | string | null> {
  if (!workers) return null
  try {
    return await readWorkerCounts(workers.url, workers.path, workers.expected)
  } catch (error) {
    return messageOf(error)
  }
}

function workersOf(
  { workers }: WatchRequest,
  before: WorkerCounts | string | null,
  after: WorkerCounts | string | null,
): ServerTruth['workers'] {
  if (!workers || before === null || after === null) return null
  if (typeof before === 'string' || typeof after === 'string') {
    return {
      expected: workers.expected,
      shares: [],
      changed: 0,
      unknown: [before, after].find((x) => typeof x === 'string') as string,
    }
  }
  return { expected: workers.expected, ...workerShares(before, after), unknown: null }
}
