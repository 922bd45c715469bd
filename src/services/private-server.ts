import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../model/errors.js'
import { freePort } from './free-port.js'
import { exitText, exitWithin, type LoggedProcess, lastLines } from './spawn-logged.js'

const READY_MS = 30_000
const STOP_MS = 10_000
const POLL_MS = 20
/** How often a start is tried again when somebody else took the port first. */
const PORT_ATTEMPTS = 3

/** What a server that is started for a run, on a free port, differs in. */
export interface PrivateServer {
  /** For people. */
  readonly name: string
  /** The signal that ends it in order. */
  readonly stopSignal: NodeJS.Signals
  start(port: number): Promise<LoggedProcess>
  /** @throws whatever the connection fails with */
  connect(port: number): Promise<void>
  /** What such a failure says, without secrets. */
  problemOf(error: unknown): string
  /** Whether a line of its log says that it could not have its port. */
  isPortTaken(line: string): boolean
}

/**
 * Starts a server on a free port and waits until it accepts connections.
 * @throws UserError when it does not come up, with its last log line; the signal's reason when aborted
 */
export async function startOnFreePort(
  kind: PrivateServer,
  signal: AbortSignal,
): Promise<{ server: LoggedProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted()
    const port = await freePort()
    const server = await kind.start(port)
    try {
      await untilReady(kind, server, port, signal)
      return { server, port }
    } catch (error) {
      const lines = lastLines(server.logFile, 20, server.logStart)
      const taken = server.exit() !== null && lines.some((line) => kind.isPortTaken(line))
      await stopServer(kind, server)
      if (!taken || attempt === PORT_ATTEMPTS) throw error
    }
  }
}

/** Polls with real connections: a server may listen before it accepts them. */
async function untilReady(
  kind: PrivateServer,
  server: LoggedProcess,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + READY_MS
  for (;;) {
    signal.throwIfAborted()
    const exit = server.exit()
    if (exit) {
      throw new UserError(
        `${kind.name} ended with ${exitText(exit)} at its start: ${lastLine(server)} (log: ${server.logFile})`,
      )
    }
    try {
      await kind.connect(port)
      return
    } catch (error) {
      if (Date.now() > deadline) {
        throw new UserError(
          `${kind.name} accepts no connection after ${READY_MS / 1_000} s (${kind.problemOf(error)}): ${lastLine(server)} (log: ${server.logFile})`,
        )
      }
    }
    await delay(POLL_MS)
  }
}

/** In order, and by a kill when that takes too long. */
export async function stopServer(
  { stopSignal }: Pick<PrivateServer, 'stopSignal'>,
  server: LoggedProcess,
): Promise<void> {
  server.signal(stopSignal)
  if (!(await exitWithin(server, STOP_MS))) {
    server.signalGroup('SIGKILL')
    await server.exited
  }
}

/** The last that a process wrote. */
export function lastLine(process: LoggedProcess): string {
  return lastLines(process.logFile, 1, process.logStart)[0] ?? 'it wrote nothing'
}
