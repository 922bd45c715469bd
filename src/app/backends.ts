import type { Logger } from 'pino'
import type { SharedCache } from './data/shared-cache.js'
import type { Settings } from './settings.js'
import type { TaskService } from './tasks/task-service.js'

/** What lies in Redis. */
export interface Backends {
  /** Null below the level that has a queue: the work is then done inline. */
  readonly tasks: TaskService | null
  readonly cache: SharedCache | null
}

/** Their clients are loaded only where they are used: to load them takes a good part of a start. */
export async function openBackends({ tasks, sharedCache }: Settings, log: Logger): Promise<Backends> {
  return {
    tasks: tasks === null ? null : new (await import('./tasks/redis-tasks.js')).RedisTasks(tasks, log),
    cache:
      sharedCache === null
        ? null
        : (await import('./data/shared-cache.js')).openSharedCache(sharedCache, log),
  }
}
