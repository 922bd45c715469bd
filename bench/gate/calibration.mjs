// From a share of CPU per request to iterations of the injection's loop.
import { caseOf } from './cases.mjs'
import { CALIBRATIONS, readLines } from './data-files.mjs'

/** The newest calibration of a level and scenario; null without one. */
export function readCalibration(level, scenario) {
  const all = readLines(CALIBRATIONS)
  return all.findLast((each) => each.level === level && each.scenario === scenario) ?? null
}

/**
 * A case's injection as head's service takes it: its share of CPU per request in iterations.
 * @throws Error where that takes a calibration and there is none
 */
export function injectionOf(name, level, scenario) {
  const { injection } = caseOf(name)
  if (injection?.kind !== 'cpu') return injection
  const calibration = readCalibration(level, scenario)
  if (calibration === null) {
    throw new Error(
      `${name}: level ${level}, ${scenario} is not calibrated: node bench/gate/truth.mjs --calibrate --level ${level} --scenario ${scenario}`,
    )
  }
  return { ...injection, iterations: iterationsFor(injection.share, calibration) }
}

export function iterationsFor(share, { baseCpuUs, usPerIteration }) {
  return Math.round((share * baseCpuUs) / usPerIteration)
}
