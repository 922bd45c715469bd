import type { Machine } from '../model/run/machine.js'
import type { RunSettings } from '../model/run/run.js'
import * as format from '../words/format.js'
import { affinityText, connectionsText, workerCpusText } from './comparable.js'
import { wholePercent } from './phase-figures.js'

/**
 * Machine and settings as name and value, for people.
 * @param elsewhere names of levels whose work is done by processes that rungs did not start
 */
export function conditionsText(
  machine: Machine,
  settings: RunSettings,
  elsewhere: readonly string[] = [],
): (readonly [name: string, value: string])[] {
  const apart = affinityText(settings)
  return [
    ['Machine', machine.hostname],
    ['CPU', machine.cpuModel],
    ['Cores', `${machine.cores}, of which ${machine.usableCores} may be used`],
    [
      'Memory',
      `${format.bytes(machine.memoryBytes)}${machine.memoryLimitBytes === null ? '' : `, limited to ${format.bytes(machine.memoryLimitBytes)}`}`,
    ],
    ['System', `${machine.os}, kernel ${machine.kernel}`],
    ['Node', machine.node],
    ['Capacity', `closed loop, ${settings.durationSeconds} s after ${settings.warmupSeconds} s of warm-up`],
    ['Latency', latencyText(settings.latency)],
    ['Connections', connectionsText(settings)],
    ['Timeout', `${settings.timeoutSeconds} s`],
    ['Repeats', String(settings.repeats)],
    ['Generators', format.plural(settings.generators, 'process', 'processes')],
    [
      'Cores apart',
      apart === null
        ? 'no: generator and service share them'
        : `${apart}${elsewhere.length === 0 ? '' : `, but for ${format.list(elsewhere)}: what serves there runs on any core`}`,
    ],
    ...(settings.workerCpus ? ([['CPU of a worker', workerCpusText(settings)]] as const) : []),
    ['Seed', String(settings.seed)],
  ]
}

function latencyText(latency: RunSettings['latency']): string {
  if (latency === null) return 'not measured'
  const { profile, arrival, rate, share, shareOf, maxConnections } = latency
  const at =
    rate !== null
      ? `${format.rate(rate)} requests/s`
      : share !== null
        ? `${wholePercent(share)} of ${shareOf === 'lowest' ? 'the lowest capacity of the levels' : 'each cell’s capacity'}`
        : 'a rate of its own'
  const arrivals = arrival === 'poisson' ? 'random (Poisson) arrivals' : 'even arrivals'
  return `open loop, ${profile} at ${at}, ${arrivals}, up to ${format.plural(maxConnections, 'connection')}`
}
