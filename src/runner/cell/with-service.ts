import { LaunchError, type UnexpectedExit } from '../../launch/launcher.js'
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
  planned: PlannedLevel,
  { boot, signal, events }: ServiceParts<B>,
  use: (service: Service<B>) => Promise<T>,
): Promise<T> {
  const { info } = planned
  let current: B | null = null
  const service: Service<B> = {
    get current() {
      return current
    },
    async up(label) {
      if (current) return current
      events.onBoot?.(info)
      try {
        current = await boot(planned, label, signal)
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

/** Watches services that are loaded: when one ends by itself, the load is called off. */
export class DeathWatch<S extends Pick<Booted, 'died'>> {
  /** Aborted by an interruption, or when a service dies. */
  readonly signal: AbortSignal
  #first: { readonly of: S; readonly text: string } | null = null

  constructor(services: readonly S[], interrupt: AbortSignal) {
    const death = new AbortController()
    for (const of of services) {
      void of.died.then((exit) => {
        this.#first ??= { of, text: deathText(exit) }
        death.abort()
      })
    }
    this.signal = AbortSignal.any([interrupt, death.signal])
  }

  /** The first that died, and how; null while all live. */
  get death(): { readonly of: S; readonly text: string } | null {
    return this.#first
  }
}

/** How a service ended, in words: the same wherever it is told. */
export function deathText({ process, signal, code }: UnexpectedExit): string {
  return `process "${process}" ended by itself (${signal ?? `exit code ${code}`})`
}
