import { readFileSync } from 'node:fs'
import type { CalibratedFixture } from '../model/studies/calibration.js'
import { codeOf } from '../words/errors.js'

/**
 * Where something waits for a CPU for a larger share of the time than this, other programs take part in the
 * measurement: generator and server alone, on a core each, come to 0.1 or so.
 */
export const PRESSURE_LIMIT = 0.2

/** Time in µs, since the machine booted, in which something was ready to run and got no CPU (`some` of Linux PSI). */
export function parsePressure(text: string): number | null {
  const total = /^some .*\btotal=(\d+)$/m.exec(text)?.[1]
  return total === undefined ? null : Number(total)
}

/** As `parsePressure`; null where the system does not tell. */
export function readCpuPressure(): number | null {
  try {
    return parsePressure(readFileSync('/proc/pressure/cpu', 'latin1'))
  } catch (error) {
    // No Linux, one older than 4.20, or one that was built or booted without it.
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'EOPNOTSUPP' || code === 'EACCES') return null
    throw error
  }
}

/** Starts a reading; the function gives the share of the time since, 0 to 1, or null where the system does not tell. */
export function watchPressure(): () => number | null {
  const [before, startedAt] = [readCpuPressure(), performance.now()]
  return () => {
    const after = readCpuPressure()
    if (before === null || after === null) return null
    return Math.min(1, (after - before) / (1_000 * (performance.now() - startedAt)))
  }
}

/** A warning where other work took part in the figures; none where it did not, or where the system does not tell. */
export function pressureWarning(fixtures: readonly CalibratedFixture[]): string[] {
  const pressures = fixtures.flatMap(({ measurements }) => measurements.map((one) => one.cpuPressure ?? 0))
  const high = pressures.filter((pressure) => pressure > PRESSURE_LIMIT)
  if (high.length === 0) return []
  const most = Math.round(100 * Math.max(...high))
  return [
    `in ${high.length} of ${pressures.length} measurements something waited for a CPU for up to ${most} % of the time: what else runs on this machine is part of these errors`,
  ]
}
