import type { Parser } from './parsers.js'

/** CPU time per time that each worker may use, in cores; `auto` where there are fewer cores than workers. */
export type WorkerCpus = 'auto' | 'off' | number

/** The kernel's shortest quota is 1 ms, and no longer period than 100 ms is used. */
const LEAST = 0.01
const MOST = 1_024

export const workerCpus: Parser<WorkerCpus> = (text) => {
  if (text === 'auto' || text === 'off') return { value: text }
  const value = Number(/^(?:\d+(?:\.\d+)?|\.\d+)$/.test(text) ? text : Number.NaN)
  if (value >= LEAST && value <= MOST) return { value }
  return { problem: `must be auto, off, or cores from ${LEAST} to ${MOST}, such as 0.1` }
}
