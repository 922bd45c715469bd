import type { EngineIo } from '../../engine/engine.js'
import type { Sample } from '../../model/run/sample.js'
import type { ServerTruth } from '../../model/run/server-truth.js'
import type { Observer, Watch, WatchedTree, WatchRequest } from '../../observe/observer.js'
import type { Booted } from './booted.js'
import { tellElsewhere } from './work-elsewhere.js'

export interface WatchContext {
  readonly observer: Observer
  /** Waits until a service has finished what a load left behind; false when it never did. */
  readonly settle: (trees: readonly WatchedTree[], signal: AbortSignal) => Promise<boolean>
  readonly signal: AbortSignal
  /** Told each sample of the server's side as it is taken. */
  readonly onSample?: WatchRequest['onSample']
  warn(text: string): void
}

/**
 * Loads a service that is quiet, under watch from the moment at which the load is to begin until it is over.
 * @param load calls what it is given when it is ready to begin, and when it is over, if that is before it has ended
 */
export async function watchedLoad(
  booted: Booted,
  context: WatchContext,
  load: (on: Required<Pick<EngineIo, 'beforeStart' | 'onOver'>>) => Promise<Sample>,
): Promise<{ sample: Sample; server: ServerTruth }> {
  let opening: Promise<Watch> | null = null
  let stopped: Promise<ServerTruth> | null = null
  const stop = async () => {
    const opened = await (opening as Promise<Watch> | null)
    if (!opened) throw new Error('the load ended before it had begun')
    return opened.stop()
  }
  try {
    const sample = await load({
      async beforeStart() {
        opening = watch(booted, context)
        await opening
      },
      onOver() {
        stopped = stop()
        // Why it could not be stopped is told when the load has ended.
        stopped.catch(() => {})
      },
    })
    stopped ??= stop()
    const server = tellElsewhere(await stopped, sample, context.warn)
    noteWorkers(server, context)
    renewQuota(booted, context)
    noteExcess(booted, server, sample.durationUs, context)
    return { sample, server }
  } finally {
    // A load that is interrupted ends while the watch may still be opening: it is closed once it is open.
    if (!stopped) await close(opening)
  }
}

/** Why it could not be opened is what the load has failed with. */
async function close(opening: Promise<Watch> | null): Promise<void> {
  const opened = await opening?.catch(() => null)
  await opened?.stop()
}

async function watch(booted: Booted, context: WatchContext): Promise<Watch> {
  const { trees, services, workers, url, databaseUrl, queuePath, quota, elsewhere } = booted
  const { observer, settle, signal, warn, onSample } = context
  // Under a quota what is left of the load before would take longer, and look like quiet.
  quota?.lift()
  const isQuiet = await settle(trees, signal)
  renewQuota(booted, context)
  if (!isQuiet) {
    warn('the service was still busy, without any load, when measuring began')
  }
  return observer.watch({
    trees,
    // A service that somebody else runs, or a target, may be on this machine; its CPU time is not foreign to the load.
    // A level may run one as a process of its own, by the same name.
    isComplete: trees.length > 0 && services.every(({ name }) => trees.some((tree) => tree.name === name)),
    ...(elsewhere ? { hasContainers: true } : { port: Number(new URL(url).port) }),
    workers: workers ? { url, ...workers } : null,
    ...(databaseUrl ? { databaseUrl } : {}),
    ...(onSample ? { onSample } : {}),
    ...(queuePath ? { queue: { url, path: queuePath } } : {}),
  })
}

/** Beyond what supervisors use, and what a look is off. */
const EXCESS = 1.1

/** A worker may have its work done by processes that have no quota. */
function noteExcess(
  { quota }: Booted,
  { usage }: ServerTruth,
  durationUs: number,
  { warn }: WatchContext,
): void {
  const used = usage.reduce((sum, { role, cpuUs }) => sum + (role === 'web' ? cpuUs : 0), 0) / durationUs
  if (!quota || used <= EXCESS * quota.cores) return
  const [more, allowed] = [used, quota.cores].map((cores) => Number(cores.toFixed(2)))
  warn(
    `the web processes used ${more} cores, and the CPU quotas of the workers allow ${allowed}: some work is done outside them`,
  )
}

/** Workers that a supervisor restarted have none. */
function renewQuota({ quota }: Booted, { warn }: WatchContext): void {
  const late = quota?.renew()
  if (late) warn(late)
}

function noteWorkers({ workers }: ServerTruth, { warn }: WatchContext): void {
  if (workers && workers.changed > 0) {
    warn(`${workers.changed} workers came or went while measuring, or did not answer in time`)
  }
  if (workers?.unknown) warn(`requests per worker unknown: ${workers.unknown}`)
}
