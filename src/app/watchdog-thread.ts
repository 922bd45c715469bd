import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

const { heartbeat, timeoutMs, pid } = workerData as {
  heartbeat: Int32Array
  timeoutMs: number
  pid: number
}
const STANDARD_ERROR = 2

let seen = Atomics.load(heartbeat, 0)
while (seen >= 0) {
  if (isSilent(timeoutMs)) {
    // A process that was frozen (SIGSTOP, a suspended machine) looks silent when it wakes: give it one more beat.
    if (isSilent(timeoutMs / 2)) end()
  }
  seen = Atomics.load(heartbeat, 0)
}

function isSilent(ms: number): boolean {
  return Atomics.wait(heartbeat, 0, seen, ms) === 'timed-out'
}

/** The main thread owns `process.stderr` and hangs: hence the plain write, and a signal that it cannot hold up. */
function end(): void {
  writeSync(
    STANDARD_ERROR,
    `worker ${pid}: the event loop was silent for more than ${timeoutMs / 1000} s (WORKER_TIMEOUT); ending it\n`,
  )
  process.kill(pid, 'SIGKILL')
}
