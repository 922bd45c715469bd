import type { ServerTruth } from '../model/run/server-truth.js'
import { messageOf } from '../words/errors.js'
import { listensAmong } from './listening.js'
import type { Observer, Watch, WatchRequest } from './observer.js'
import { QueueWatch } from './queue-watch.js'
import { Sampler } from './sampler.js'
import { type WorkerCounts, workerShares } from './worker-counts.js'
import { WorkerLinks } from './worker-links.js'

const LOOK_EVERY_MS = 1_000

/** Watches process trees, the machine, the workers' own figures and the database's connections, from the outside. */
export const processObserver: Observer = {
  async watch(request: WatchRequest): Promise<Watch> {
    const opened = await openLinks(request)
    const links = typeof opened === 'object' ? (opened?.links ?? null) : null
    const countsBefore = typeof opened === 'object' ? (opened?.counts ?? null) : opened
    const queue = request.queue ? new QueueWatch(request.queue) : null
    const sampler = new Sampler(request, links, queue)
    await sampler.begin()
    const cpuBefore = process.cpuUsage()
    const timer = setInterval(() => sampler.look(), LOOK_EVERY_MS)

    return {
      async stop(): Promise<ServerTruth> {
        clearInterval(timer)
        try {
          const timeline = await sampler.end()
          const spent = process.cpuUsage(cpuBefore)
          return {
            usage: sampler.usage(),
            workers: workersOf(request, countsBefore, await countsOf(links, countsBefore)),
            ...(queue ? { queue: queue.truth() } : {}),
            ...sampler.shares(),
            observerCpuUs: spent.user + spent.system,
            timeline,
            ...(listensElsewhere(request, sampler.ownPids) ? { elsewhere: true } : {}),
          }
        } finally {
          links?.close()
        }
      },
    }
  },
}

/** Whether none of the level's own processes is the one that is asked. */
function listensElsewhere({ port }: WatchRequest, own: readonly number[]): boolean {
  return port !== undefined && own.length > 0 && listensAmong(own, port) === false
}

/** Null where the level has no path for it; in words, why there is no truth to tell where it does not answer. */
async function openLinks({ workers }: WatchRequest) {
  if (!workers) return null
  try {
    return await WorkerLinks.open(workers)
  } catch (error) {
    return messageOf(error)
  }
}

async function countsOf(links: WorkerLinks | null, before: WorkerCounts | string | null) {
  if (!links) return before
  try {
    return await links.counts()
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
