import { setFlagsFromString } from 'node:v8'

/**
 * Options of a Node.js process that keeps its one core busy, so as to be on time: at each collection of garbage it would
 * otherwise wait for helper threads, which get no time on that core.
 */
export const STILL_NODE_OPTIONS = ['--single-threaded-gc']

/**
 * From now on V8 compiles no function anew; what is compiled stays. To be called when a process is warm: the compiler's
 * threads, on the core of a process that keeps it busy, each hold it up for a scheduler's slice of 2 to 4 ms.
 */
export function stopCompiling(): void {
  setFlagsFromString('--no-opt')
  setFlagsFromString('--no-maglev')
}
