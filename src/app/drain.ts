import type { Server as HttpServer } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from './settings.js'
import type { Traffic } from './support/traffic.js'

export type DrainMode = Settings['drainMode']

export interface DrainOptions {
  readonly mode: DrainMode
  readonly keepAliveMs: number
  readonly gracefulMs: number
}

/**
 * Stops accepting connections and lets what is under way end. Gives the number of requests that had to be cut at
 * the deadline: 0 is a clean end.
 *
 * `refuse`: the service goes away. What is in flight is answered, everything new gets 503.
 *
 * `handover`: a successor listens already. A server that closes an idle connection at the instant its client writes
 * loses that request, and no server can see it coming. So it never does: each connection is closed by an answer that
 * says `Connection: close`, and one that stays idle is left to the keep-alive time that its client was told. Only
 * after that time, when the client must not use it any more, is it closed from here.
 */
export async function drain(server: HttpServer, traffic: Traffic, options: DrainOptions): Promise<number> {
  const deadline = AbortSignal.timeout(options.gracefulMs)
  stopListening(server)
  if (options.mode === 'handover') {
    traffic.leave('leaving')
    await first(
      traffic.until(() => traffic.connections === 0),
      sleep(Math.min(options.keepAliveMs, options.gracefulMs), undefined, { signal: deadline }),
      deadline,
    )
  }
  traffic.leave('refusing')
  await first(
    traffic.until(() => traffic.inFlight === 0),
    deadline,
  )
  const cut = traffic.inFlight
  server.closeAllConnections()
  return cut
}

/** `http.Server.close` would also cut idle connections at once, which is the very race to avoid. */
function stopListening(server: HttpServer): void {
  NetServer.prototype.close.call(server)
}

/** Resolves with the first of the promises, or when the signal fires. */
async function first(...all: (Promise<unknown> | AbortSignal)[]): Promise<void> {
  await Promise.race(
    all.map((each) =>
      each instanceof AbortSignal
        ? new Promise<void>((resolve) => {
            if (each.aborted) resolve()
            else each.addEventListener('abort', () => resolve(), { once: true })
          })
        : each.catch(ignoreAbort),
    ),
  )
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error
}
