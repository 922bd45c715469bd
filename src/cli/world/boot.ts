import type { Launch, LaunchRequest, LevelProcess, RunningLevel } from '../../launch/launcher.js'
import type { Lease } from '../../model/plan/lease.js'
import type { ServiceName } from '../../model/plan/level.js'
import type { RunningService, ServiceContext } from '../../model/plan/service.js'
import type { WatchedTree } from '../../observe/observer.js'
import type { Booted, PlannedLevel } from '../../runner/cell/booted.js'
import type { RunEvents } from '../../runner/cell/events.js'
import { startService } from '../../services/providers.js'

export interface BootParts {
  readonly launch: Launch
  readonly lease: Lease
  readonly logDir: string
  readonly env: NodeJS.ProcessEnv
  readonly database: ServiceContext['database']
  /** Cores for the level and its services, where they are pinned. */
  readonly cpus?: readonly number[]
  readonly port?: number
  /** The CPU quota of each worker, in cores. */
  readonly workerCpus?: number | null
  readonly onService?: RunEvents['onService']
}

/** What `rungs up` shows beside what a runner needs. */
export interface BootedLevel extends Booted {
  readonly processes: RunningLevel['processes']
  readonly workerCpus: RunningLevel['workerCpus']
  readonly controls: RunningLevel['controls']
  readonly dashboards: RunningLevel['dashboards']
  readonly control: RunningLevel['control']
}

/**
 * Wires services and launcher into the one function by which a runner brings levels up. A service is started when the
 * first level asks for it and stays up for the later ones, each of which gets state of its own in it.
 */
export function makeBoot(parts: BootParts): {
  /** @param logDir of this level, where it is not that of all */
  boot(planned: PlannedLevel, label: string, signal: AbortSignal, logDir?: string): Promise<BootedLevel>
  stopServices(): Promise<void>
} {
  // Two levels that boot at once share one as well.
  const running = new Map<ServiceName, Promise<RunningService>>()

  const serviceFor = async (name: ServiceName, signal: AbortSignal): Promise<RunningService> => {
    const known = running.get(name)
    if (known) return await known
    const starting = startOne(name, signal)
    running.set(name, starting)
    try {
      return await starting
    } catch (error) {
      running.delete(name)
      throw error
    }
  }

  const startOne = async (name: ServiceName, signal: AbortSignal): Promise<RunningService> => {
    const { lease, logDir, env, database, cpus } = parts
    const service = await startService(name, {
      lease,
      signal,
      logDir,
      env,
      database,
      ...(cpus ? { cpus } : {}),
    })
    parts.onService?.(name, `${service.version}, ${service.source}`, service.notes)
    return service
  }

  const boot = async (
    planned: PlannedLevel,
    label: string,
    signal: AbortSignal,
    logDir = parts.logDir,
  ): Promise<BootedLevel> => {
    if (!planned.level) return targetAsBooted(planned)
    const services = await Promise.all((planned.level.services ?? []).map((name) => serviceFor(name, signal)))
    const environments = await Promise.all(services.map((service) => service.environment(label)))
    const env: Record<string, string> = Object.assign({}, ...environments)
    const level = await parts.launch(requestOf({ ...parts, logDir }, planned, env, signal))
    return {
      url: level.url,
      services: services.map(({ name, source, version }) => ({ name, source, version })),
      bootSeconds: level.bootSeconds,
      warnings: level.warnings,
      trees: [
        ...treesOf(level.processes),
        ...services
          .filter((service) => service.pids.length > 0)
          .map((service) => ({ name: service.name, role: 'service' as const, pids: service.pids })),
      ],
      ...(level.processes.some(({ elsewhere }) => elsewhere) ? { elsewhere: true } : {}),
      workers: planned.level.workerPath ? { path: planned.level.workerPath, expected: level.workers } : null,
      ...(planned.level.queuePath ? { queuePath: planned.level.queuePath } : {}),
      ...(env.DATABASE_URL ? { databaseUrl: env.DATABASE_URL } : {}),
      ...quotaOf(level),
      workerCpus: level.workerCpus,
      died: level.died,
      lastLogLines: (count) => level.lastLogLines(count),
      stop: () => level.stop(),
      control: (name, argument) => level.control(name, argument),
      processes: level.processes,
      controls: level.controls,
      dashboards: level.dashboards,
    }
  }

  return {
    boot,
    async stopServices() {
      const started = await Promise.allSettled(running.values())
      running.clear()
      await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : null)))
    },
  }
}

function quotaOf({ workers, workerCpus, liftQuota, renewQuota }: RunningLevel): Pick<Booted, 'quota'> {
  if (workerCpus === null) return {}
  return { quota: { cores: workers * workerCpus, lift: liftQuota, renew: renewQuota } }
}

/** One tree of all processes of a name: the nodes of a level in containers are several. */
function treesOf(processes: readonly LevelProcess[]): WatchedTree[] {
  const names = new Set(processes.filter(({ elsewhere }) => !elsewhere).map(({ name }) => name))
  return [...names].map((name) => {
    const all = processes.filter((one) => one.name === name)
    return { name, role: all[0]!.role, pids: all.map(({ pid }) => pid) }
  })
}

function requestOf(
  { lease, logDir, cpus, port, workerCpus = null }: BootParts,
  { level, baseDir, workers }: PlannedLevel,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): LaunchRequest {
  return {
    level: level!,
    baseDir,
    workers,
    env,
    logDir,
    lease,
    signal,
    workerCpus,
    ...(cpus ? { cpus } : {}),
    ...(port === undefined ? {} : { port }),
  }
}

/** A service that rungs did not start, and will not stop. */
function targetAsBooted({ info }: PlannedLevel): BootedLevel {
  return {
    url: info.source,
    services: [],
    bootSeconds: null,
    warnings: [],
    trees: [],
    workers: null,
    died: new Promise(() => {}),
    lastLogLines: () => [],
    stop: async () => {},
    control: async () => {
      throw new Error('a service that runs already has no controls')
    },
    processes: [],
    workerCpus: null,
    controls: {},
    dashboards: [],
  }
}
