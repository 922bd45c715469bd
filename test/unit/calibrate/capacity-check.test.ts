import { expect, it } from 'vitest'
import { judgeCapacityCheck } from '../../../src/calibrate/capacity-check.js'
import { calibrationSummary, capacityText } from '../../../src/report/calibration/calibration-text.js'
import { calibration } from '../../helpers/calibration-fixture.js'

const served = Array.from({ length: 40 }, () => 50_000)

it('expects what the server itself needed for an answer, to within a twentieth', () => {
  expect(judgeCapacityCheck(19.6, served)).toMatchObject({ expectedPerSecond: 20, verdict: 'within' })
  // What a warm-up left behind was served first.
  expect(judgeCapacityCheck(17, served)).toMatchObject({ verdict: 'outside' })
  expect(judgeCapacityCheck(0, [])).toMatchObject({ expectedPerSecond: null, verdict: 'not-judged' })
})

it('is told with its error, and beside the percentiles', () => {
  const one = judgeCapacityCheck(19.6, served)
  expect(capacityText(one)).toBe(
    'capacity, closed loop, 6 connections: expected 20.0/s, measured 19.6/s (−2.0 %, tolerance 5 %)',
  )
  expect(calibrationSummary({ ...calibration(), capacity: [one] })).toContain(
    ', capacity of 1 of 1 server within tolerance, ',
  )
})
