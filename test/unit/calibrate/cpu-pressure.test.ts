import { expect, it } from 'vitest'
import { parsePressure } from '../../../src/calibrate/cpu-pressure.js'

it('reads the time in which something waited, not that in which everything did', () => {
  const text =
    'some avg10=90.66 avg60=67.04 avg300=39.10 total=1391108452\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n'
  expect(parsePressure(text)).toBe(1_391_108_452)
  expect(parsePressure('')).toBeNull()
})
