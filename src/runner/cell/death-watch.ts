import type { UnexpectedExit } from '../../launch/launcher.js'
import type { Booted } from './booted.js'

type Mortal = Pick<Booted, 'died'>

/** Watches services that are loaded: when one ends by itself, the load is called off. */
export class DeathWatch<S extends Mortal> {
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
