// What an injection truly costs, on a quiet path that has nothing of the duet: one service at a time.
//   node bench/gate/truth.mjs --calibrate              CPU per request of the base, and of an iteration of the loop
//   node bench/gate/truth.mjs --case cpu5              the injection on and off in turn within one process
//   node bench/gate/truth.mjs --case wait --how alone  base and head alone, a fresh process for each measurement
import { parseArgs } from 'node:util'
import { codeCommit, prepareCheckouts } from './arms.mjs'
import { injectionOf, iterationsFor } from './calibration.mjs'
import { append, CALIBRATIONS, TRUTHS } from './data-files.mjs'
import { measureAlone, measureToggled } from './quiet-path.mjs'

const { values } = parseArgs({
  options: {
    calibrate: { type: 'boolean', default: false },
    case: { type: 'string' },
    how: { type: 'string', default: 'toggle' },
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '6' },
    level: { type: 'string', default: '0' },
    scenario: { type: 'string', default: 'simple' },
  },
})
const { level, scenario } = values
const seconds = Number(values.seconds)
const flags = { level, scenario, seed: '1' }

prepareCheckouts()
const about = { level, scenario, commit: codeCommit(), at: new Date().toISOString() }
if (values.calibrate) await calibrate()
else if (values.case === undefined)
  throw new Error('--calibrate, or --case NAME: say which, such as --case cpu5')
else await verify(values.case)

/** Twice: the second time with about as many iterations as a share of 10 % takes. */
async function calibrate() {
  let iterations = 5_000
  for (let round = 1; round <= 2; round++) {
    const toggled = await measureToggled({ kind: 'cpu', iterations }, flags, seconds / 2)
    const { baseCpuUs, addedUs } = toggled
    if (!(addedUs > 0)) throw new Error(`${iterations} iterations cost ${addedUs} µs: take more --seconds`)
    const calibration = { ...about, baseCpuUs, usPerIteration: addedUs / iterations, toggled }
    if (round === 2) append(CALIBRATIONS, calibration)
    console.log(
      `${scenario} at level ${level}: ${baseCpuUs.toFixed(2)} µs of CPU per request; ${iterations} iterations: ${addedUs.toFixed(2)} µs`,
    )
    iterations = iterationsFor(0.1, calibration)
  }
}

async function verify(name) {
  const injection = injectionOf(name, level, scenario)
  if (injection === null) throw new Error(`--case ${name}: has no injection; its truth is 0`)
  const measure = { toggle: measureToggled, alone: measureAlone }[values.how]
  if (measure === undefined) throw new Error(`--how ${values.how}: is neither toggle nor alone`)
  if (values.how === 'toggle' && injection.kind === 'memory')
    throw new Error(`--case ${name}: what it holds cannot be switched off: take --how alone`)
  const truth = await measure(injection, flags, seconds, Number(values.rounds))
  append(TRUTHS, { ...about, case: name, how: values.how, injection, ...truth })
  console.log(JSON.stringify({ case: name, how: values.how, ...truth, rounds: undefined }, null, 2))
}
