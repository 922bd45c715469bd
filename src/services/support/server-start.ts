import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../words/errors.js'
import { exitText, exitWithin, type LoggedProcess, lastWords } from './spawn-logged.js'

/** A server that comes up, and how one knows that it has. */
export interface StartingServer<T> {
  /** For people. */
  readonly name: string
  readonly server: LoggedProcess
  readonly withinMs: number
  readonly pollMs: number
  /** Uses it as its clients will. @throws whatever keeps it from answering yet */
  connect(): Promise<T>
  /** What such a failure says, without secrets. */
  problemOf(error: unknown): string
}

/**
 * Polls until the server answers: it may listen before it does.
 * @throws UserError when it ends or takes too long, with what its log says; the signal's reason when aborted
 */
export async function untilAnswers<T>(starting: StartingServer<T>, signal: AbortSignal): Promise<T> {
  const { name, server, withinMs, pollMs } = starting
  const words = (): string => `${lastWords(server)} (log: ${server.logFile})`
  const deadline = performance.now() + withinMs
  for (;;) {
    signal.throwIfAborted()
    const exit = server.exit()
    if (exit) throw new UserError(`${name} ended with ${exitText(exit)} at its start: ${words()}`)
    try {
      return await starting.connect()
    } catch (error) {
      if (performance.now() > deadline) {
        const problem = `does not answer after ${withinMs / 1_000} s (${starting.problemOf(error)})`
        throw new UserError(`${name} ${problem}: ${words()}`)
      }
    }
    await delay(pollMs, undefined, { signal })
  }
}

/** Asks it to stop, and kills its process group when that takes too long. */
export async function endServer(
  server: LoggedProcess,
  stopSignal: NodeJS.Signals,
  withinMs: number,
): Promise<void> {
  server.signal(stopSignal)
  if (await exitWithin(server, withinMs)) return
  server.signalGroup('SIGKILL')
  await server.exited
}
