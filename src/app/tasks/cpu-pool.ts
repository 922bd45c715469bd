import { Worker } from 'node:worker_threads'
import type { CpuAnswer, CpuRequest } from './cpu-thread.js'

/**
 * Threads for work that would block the event loop. A thread that is called off is ended wherever it is, and replaced
 * when the next work comes.
 */
export class CpuPool {
  readonly #idle: Worker[] = []

  /**
   * Runs one piece of work in a thread of its own; how many at once is up to the caller.
   * @throws Error of the work; the signal's reason when it is called off.
   */
  async run(request: CpuRequest, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted()
    const thread = this.#idle.pop() ?? startThread()
    try {
      const answer = await ask(thread, request, signal)
      this.#idle.push(thread)
      if (answer.ok) return answer.value
      throw new Error(answer.message)
    } catch (error) {
      if (!this.#idle.includes(thread)) await thread.terminate()
      throw error
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((thread) => thread.terminate()))
  }
}

function startThread(): Worker {
  const thread = new Worker(new URL('./cpu-thread.js', import.meta.url), { execArgv: [] })
  thread.unref()
  return thread
}

function ask(thread: Worker, request: CpuRequest, signal: AbortSignal): Promise<CpuAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit)
      signal.removeEventListener('abort', onAbort)
      done()
    }
    const onAbort = () => settle(() => reject(signal.reason))
    const onMessage = (answer: CpuAnswer) => settle(() => resolve(answer))
    const onError = (error: Error) => settle(() => reject(error))
    const onExit = (code: number) => settle(() => reject(new Error(`its thread ended with code ${code}`)))
    signal.addEventListener('abort', onAbort, { once: true })
    thread.on('message', onMessage).on('error', onError).on('exit', onExit)
    thread.postMessage(request)
  })
}
