import { describe, expect, it } from 'vitest'
import { studentQuantile } from '../../../../src/stats/estimate/student.js'

describe('studentQuantile', () => {
  it.each([
    // scipy.stats.t.ppf((1 + confidence) / 2, degrees)
    [1, 0.95, 12.706204736432095],
    [4, 0.95, 2.7764451051977987],
    [4, 0.99, 4.604094871415897],
    [30, 0.95, 2.0422724563012373],
  ])('with %i degrees of freedom at %f is %f', (degrees, confidence, expected) => {
    expect(studentQuantile(degrees, confidence)).toBeCloseTo(expected, 9)
  })
})
