import { freePort } from './free-port.js'
import { endServer, untilAnswers } from './server-start.js'
import { type LoggedProcess, lastLines } from './spawn-logged.js'

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
      const connect = () => kind.connect(port)
      await untilAnswers({ ...kind, server, connect, withinMs: READY_MS, pollMs: POLL_MS }, signal)
      return { server, port }
    } catch (error) {
      const lines = lastLines(server.logFile, 20, server.logStart)
      const taken = server.exit() !== null && lines.some((line) => kind.isPortTaken(line))
      await stopServer(kind, server)
      if (!taken || attempt === PORT_ATTEMPTS) throw error
    }
  }
}

/** In order, and by a kill when that takes too long. */
export async function stopServer(
  kind: Pick<PrivateServer, 'stopSignal'>,
  server: LoggedProcess,
): Promise<void> {
  await endServer(server, kind.stopSignal, STOP_MS)
}
