import { describe, expect, it } from 'vitest'
import { scalingText } from '../../../../src/report/ladder/scaling-text.js'
import { fitScaling } from '../../../../src/stats/estimate/scaling-law.js'

function textOf(sigma: number, kappa: number): string {
  const points = [1, 2, 4, 8].map((n) => ({
    n,
    throughput: (1000 * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1)),
  }))
  const result = fitScaling(points)
  return 'fit' in result ? scalingText(result.fit).join('\n') : result.refused
}

describe('scalingText', () => {
  it('names contention, coherency and the peak, and warns of what was not measured', () => {
    const text = textOf(0.05, 0.01)
    expect(text).toMatch(/contention σ = 5\.0 % \[5\.0 %, 5\.0 %\]/)
    expect(text).toMatch(/coherency κ = 0\.010/)
    expect(text).toMatch(/peaks at 9\.75/)
    expect(text).toMatch(/^ {2}8: [\d,]+ \[[\d,]+, [\d,]+\]\/s$/m)
    expect(text).toMatch(/^ {2}64: .*extrapolated 8\.00× beyond what was measured/m)
  })

  it('claims neither where the interval reaches zero', () => {
    const text = textOf(0, 0)
    expect(text).toMatch(/contention: none shown/)
    expect(text).toMatch(/no peak is known/)
  })
})
