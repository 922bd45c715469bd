import { describe, expect, it } from 'vitest'
import {
  type CalibrationStep,
  calibrationSteps,
  foldParts,
  stepsBehind,
} from '../../../src/calibrate/calibration-steps.js'
import { planCalibration } from '../../../src/calibrate/plan.js'
import { calibration } from '../../helpers/calibration-fixture.js'

const planned = planCalibration({
  ...{ fixtures: ['fixed-1', 'fin', 'serial'], rates: [100, 200], seconds: 1 },
  ...{ peerSeconds: 1, repeats: 2, quick: false },
})

function wordsOf(step: CalibrationStep): string {
  switch (step.kind) {
    case 'measurement':
      return `${step.fixture.name} ${step.schedule.rate} ${step.round}`
    case 'peer':
      return `${step.fixture.name} ${step.peer.tool}`
    case 'capacity':
      return 'capacity'
  }
}

const one = calibration().fixtures[0]!.measurements[0]!
const reading = (rate: number, errorUs: number) => ({
  ...one,
  rate,
  percentiles: one.percentiles.map((each) => ({ ...each, errorUs })),
})

describe('a calibration', () => {
  it('measures in rounds, then lets other tools load, then measures the capacity', () => {
    expect(calibrationSteps(planned).map(wordsOf)).toEqual([
      ...['fixed-1 100 1', 'fixed-1 200 1', 'fin 100 1', 'fixed-1 100 2', 'fixed-1 200 2', 'fin 100 2'],
      ...['fixed-1 autocannon', 'fixed-1 wrk', 'fin autocannon', 'fin wrk', 'capacity'],
    ])
    const alone = calibrationSteps({ ...planned, peerSeconds: 0, hasCapacity: false, repeats: 1 })
    expect(alone.map(wordsOf)).toEqual(['fixed-1 100 1', 'fixed-1 200 1', 'fin 100 1'])
  })

  it('goes on behind what its record has', () => {
    expect(stepsBehind({})).toBe(0)
    const peers = [{ fixture: 'fin', reading: { tool: 'wrk', state: 'failed' as const, reason: 'no' } }]
    expect(stepsBehind({ readings: [one, one], peers, capacity: [] })).toBe(3)
  })

  it('has of each fixture and rate the repeat in the middle, and nothing of what was not measured yet', () => {
    const first = [reading(100, 3_000), reading(200, 10)]
    const partly = foldParts(planned, { readings: first, peers: [] })
    expect(partly.map(({ name, measurements }) => [name, measurements.length])).toEqual([['fixed-1', 2]])

    const readings = [...first, reading(100, 7), reading(100, 1_000), reading(200, 20), reading(100, 8)]
    const wrk = { tool: 'wrk', state: 'failed' as const, reason: 'no' }
    const all = foldParts(planned, { readings, peers: [{ fixture: 'fin', reading: wrk }] })
    expect(all.map(({ name, peers }) => [name, peers])).toEqual([
      ['fixed-1', []],
      ['fin', [wrk]],
    ])
    const errors = all.map(({ measurements }) =>
      measurements.map(({ percentiles }) => percentiles[0]?.errorUs),
    )
    expect(errors).toEqual([[3_000, 20], [8]])
  })
})
