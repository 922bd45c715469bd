import { describe, expect, it } from 'vitest'
import { generateReport } from '../../../../src/app/tasks/report-work.js'

describe('generateReport', () => {
  it('is the same for the same input, and another for another seed', () => {
    expect(generateReport({ rows: 500, seed: 7 })).toEqual(generateReport({ rows: 500, seed: 7 }))
    expect(generateReport({ rows: 500, seed: 8 })).not.toEqual(generateReport({ rows: 500, seed: 7 }))
  })

  it('accounts for every row and every cent', () => {
    const report = generateReport({ rows: 5_000, seed: 1 })
    expect(report.groups.reduce((sum, group) => sum + group.orders, 0)).toBe(5_000)
    expect(report.groups.reduce((sum, group) => sum + group.revenue, 0)).toBe(report.revenue)
    expect(report.groups).toHaveLength(20)
    for (const group of report.groups) {
      expect(group.median).toBeGreaterThanOrEqual(100)
      expect(group.p95).toBeGreaterThan(group.median)
    }
  })

  it('takes a single row', () => {
    const [group, ...others] = generateReport({ rows: 1, seed: 3 }).groups
    expect(others).toEqual([])
    expect(group).toMatchObject({ orders: 1, revenue: group?.median, p95: group?.median })
  })
})
