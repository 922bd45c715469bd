import { Worker } from 'node:worker_threads'

export interface Watchdog {
  stop(): void
}

/**
 * Ends this process when its event loop is silent for `timeoutSeconds`: a worker that hangs answers nothing, and no
 * code of its own can help it. A second thread sleeps until the heartbeat wakes it; it costs one wake-up a beat.
 */
export function startWatchdog(timeoutSeconds: number): Watchdog {
  const timeoutMs = timeoutSeconds * 1000
  const heartbeat = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const thread = new Worker(new URL('./watchdog-thread.js', import.meta.url), {
    workerData: { heartbeat, timeoutMs, pid: process.pid },
    // Flags of the process (a debugger, a profiler) are not meant for this thread.
    execArgv: [],
  })
  thread.unref()
  const timer = setInterval(() => beat(heartbeat, 1), timeoutMs / 4)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      beat(heartbeat, -1)
    },
  }
}

/** A negative value tells the thread to end. */
function beat(heartbeat: Int32Array, by: 1 | -1): void {
  if (by === 1) Atomics.store(heartbeat, 0, (Atomics.load(heartbeat, 0) + 1) & 0x3fffffff)
  else Atomics.store(heartbeat, 0, -1)
  Atomics.notify(heartbeat, 0)
}
