import { LaunchError } from '../../launch/launcher.js'
import type { Outcome } from '../../model/run/outcome.js'
import type { RunLevel } from '../../model/run/run.js'
import { messageOf, UserError } from '../../words/errors.js'
import type { Boot, Booted, PlannedLevel } from './booted.js'
import type { RunEvents } from './events.js'

export interface ServiceParts<B extends Booted = Booted> {
  readonly boot: Boot<B>
  readonly signal: AbortSignal
  readonly events: Pick<RunEvents, 'onBoot' | 'onReady'>
}

/** The service of a planned level: booted when it is asked for, up until it is dropped, then booted anew. */
export interface Service<B extends Booted = Booted> {
  /** Null while it is not up. */
  readonly current: B | null
  /**
   * Boots it unless it is up. `label` names what a boot creates.
   * @throws LaunchError when it does not come up; UserError for what is no fault of the level; the signal's reason
   */
  up(label: string): Promise<B>
  /** Stops it if it is up. */
  drop(): Promise<void>
}

/** Hands out the service of a level, and leaves it stopped, whatever comes of its use. */
export async function withService<T, B extends Booted>(
  { info, ...rest }: PlannedLevel,
  { boot, signal, events }: ServiceParts<B>,
  use: (service: Service<B>) => Promise<T>,
): Promise<T> {
  let current: B | null = null
  const service: Service<B> = {
    get current() {
      return current
    },
    async up(label) {
      if (current) return current
      events.onBoot?.(info)
      try {
        current = await boot({ info, ...rest }, label, signal)
      } catch (error) {
        signal.throwIfAborted()
        throw error
      }
      events.onReady?.(info, current.url, current.bootSeconds ?? 0, current.warnings)
      return current
    },
    async drop() {
      const dropped = current
      current = null
      await dropped?.stop()
    },
  }
  try {
    return await use(service)
  } finally {
    await service.drop()
  }
}

/** A level as a result tells of it: with what its last boot showed. */
export function bootedAs(level: RunLevel, { services, bootSeconds }: Booted): RunLevel {
  return { ...level, services: [...services], bootSeconds }
}

/**
 * The outcome of a cell whose level did not come up.
 * @throws UserError as it is: a port in use or an unreachable database says nothing of the level
 */
export function bootFailure(error: unknown): Outcome {
  if (error instanceof UserError) throw error
  const [stage, log] = error instanceof LaunchError ? [error.stage, error.log] : (['boot', []] as const)
  return { state: 'failed', stage, error: messageOf(error), log: [...log], sample: null }
}
