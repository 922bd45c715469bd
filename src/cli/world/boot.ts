import type { Launch, LaunchRequest, LevelProcess, RunningLevel } from '../../launch/launcher.js'
import type { Level, ServiceName } from '../../model/plan/level.js'
import type { RunningService, ServiceContext } from '../../model/plan/service.js'
import type { WatchedTree } from '../../observe/observer.js'
import type { Booted, PlannedLevel } from '../../runner/cell/booted.js'
import type { RunEvents } from '../../runner/cell/events.js'

/** Where levels boot, and with what. */
export interface BootChoices
  extends Pick<ServiceContext, 'logDir' | 'database' | 'cpus'>,
    Pick<LaunchRequest, 'port' | 'workerCpus'> {
  readonly onService?: RunEvents['onService']
}

interface BootParts extends BootChoices, Pick<ServiceContext, 'lease' | 'env'> {
  readonly launch: Launch
  readonly startService: (name: ServiceName, context: ServiceContext) => Promise<RunningService>
}

/** What `rungs up` shows beside what a runner needs. */
export interface BootedLevel
  extends Booted,
    Pick<RunningLevel, 'processes' | 'workerCpus' | 'controls' | 'dashboards' | 'control'> {}

/**
 * Brings up levels with their services. A service is started when the first level asks for it and stays up for the later
 * ones, each of which gets state of its own in it.
 */
export class LevelBoots {
  readonly #parts: BootParts
  /** Two levels that boot at once share one as well. */
  readonly #running = new Map<ServiceName, Promise<RunningService>>()

  constructor(parts: BootParts) {
    this.#parts = parts
  }

  /** @param logDir of this level, where it is not that of all */
  readonly boot = async (
    planned: PlannedLevel,
    label: string,
    signal: AbortSignal,
    logDir = this.#parts.logDir,
  ): Promise<BootedLevel> => {
    if (!planned.level) return targetAsBooted(planned)
    const names = planned.level.services ?? []
    const services = await Promise.all(names.map((name) => this.#service(name, signal)))
    const environments = await Promise.all(services.map((service) => service.environment(label)))
    const env: Record<string, string> = Object.assign({}, ...environments)
    const { level, baseDir, workers } = planned
    const running = await this.#parts.launch({
      ...this.#parts,
      level,
      baseDir,
      workers,
      env,
      logDir,
      signal,
    })
    return asBooted(running, level, services, env)
  }

  async stopServices(): Promise<void> {
    const started = await Promise.allSettled(this.#running.values())
    this.#running.clear()
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : null)))
  }

  async #service(name: ServiceName, signal: AbortSignal): Promise<RunningService> {
    const starting = this.#running.get(name) ?? this.#start(name, signal)
    this.#running.set(name, starting)
    try {
      return await starting
    } catch (error) {
      this.#running.delete(name)
      throw error
    }
  }

  async #start(name: ServiceName, signal: AbortSignal): Promise<RunningService> {
    const service = await this.#parts.startService(name, { ...this.#parts, signal })
    this.#parts.onService?.(name, `${service.version}, ${service.source}`, service.notes)
    return service
  }
}

/** What was launched, as runners and `rungs up` know it. */
function asBooted(
  running: RunningLevel,
  { workerPath, queuePath }: Level,
  services: readonly RunningService[],
  { DATABASE_URL: databaseUrl }: Readonly<Record<string, string>>,
): BootedLevel {
  const started = services.filter(({ pids }) => pids.length > 0)
  return {
    ...running,
    services: services.map(({ name, source, version }) => ({ name, source, version })),
    trees: [
      ...treesOf(running.processes),
      ...started.map(({ name, pids }) => ({ name, role: 'service' as const, pids })),
    ],
    ...(running.processes.some(({ elsewhere }) => elsewhere) ? { elsewhere: true } : {}),
    workers: workerPath ? { path: workerPath, expected: running.workers } : null,
    ...(queuePath ? { queuePath } : {}),
    ...(databaseUrl ? { databaseUrl } : {}),
    ...quotaOf(running),
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
