import { setMaxListeners } from 'node:events'
import { Interruption } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'

/** A signal to a process group comes twice under make, which passes on its own: so soon after the first it is the same one. */
const SAME_MS = 1_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Interrupt {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP, with an `Interruption`. */
  readonly signal: AbortSignal
  dispose(): void
}

/**
 * The first signal asks for an orderly end, a later one leaves at once: then the lease stays, and the next call of
 * rungs cleans up what it names.
 */
export function listenForInterrupt(
  onFirst: (name: string) => void,
  now = () => performance.now(),
): Interrupt {
  const controller = new AbortController()
  // Everything that a run starts listens to it; there is no leak to be warned of.
  setMaxListeners(0, controller.signal)
  let firstAt = 0
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (now() - firstAt > SAME_MS) process.exit(ExitCode.Interrupted)
      return
    }
    firstAt = now()
    controller.abort(new Interruption(name))
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
