import { setMaxListeners } from 'node:events'
import { ExitCode } from '../model/exit-codes.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Interrupt {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal
  dispose(): void
}

/**
 * The first signal asks for an orderly end, a second one leaves at once: then the lease stays, and the next call of
 * rungs cleans up what it names.
 */
export function listenForInterrupt(onFirst: (name: string) => void): Interrupt {
  const controller = new AbortController()
  // Everything that a run starts listens to it; there is no leak to be warned of.
  setMaxListeners(0, controller.signal)
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(ExitCode.Interrupted)
    controller.abort(new Error(`interrupted by ${name}`))
    onFirst(name)
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of SIGNALS) process.off(name, onSignal)
    },
  }
}
