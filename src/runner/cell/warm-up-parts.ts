import { availableParallelism } from 'node:os'
import type { RunSettings } from '../../model/run/run.js'

/** Workers with a CPU quota are warmed up without it and with it, so many times. */
export const FREE_PARTS = 2

export interface WarmUpPart {
  /** At least; it goes on until throughput is steady. */
  readonly seconds: number
  /** Without the quota. */
  readonly isFree: boolean
}

/**
 * What a service is warmed up by, in order. Workers with a CPU quota are warmed up without it first, for as long as each gets what
 * one alone would have got: compiling their code under a quota of a tenth would take half a minute, in which throughput looks
 * steady again and again. In parts: what they do only under the quota is compiled without it in the next. See
 * docs/decisions/0018-virtual-cores.md.
 * @param limitedWorkers how many have a quota; null where none has
 */
export function warmUpParts(
  { warmupSeconds, affinity }: Pick<RunSettings, 'warmupSeconds' | 'affinity'>,
  limitedWorkers: number | null,
): WarmUpPart[] {
  const last = { seconds: warmupSeconds, isFree: false }
  if (limitedWorkers === null) return [last]
  const cores = affinity?.service.length ?? availableParallelism()
  const free = { seconds: (warmupSeconds * Math.max(1, limitedWorkers / cores)) / FREE_PARTS, isFree: true }
  const limited = { seconds: warmupSeconds / FREE_PARTS, isFree: false }
  return Array.from({ length: FREE_PARTS }, (_, part) => [
    free,
    part < FREE_PARTS - 1 ? limited : last,
  ]).flat()
}
