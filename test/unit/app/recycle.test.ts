import { describe, expect, it } from 'vitest'
import { recycleAfter } from '../../../src/app/recycle.js'

describe('recycleAfter', () => {
  it('spreads over the jitter, both ends included', () => {
    expect(recycleAfter(1000, 100, () => 0)).toBe(900)
    expect(recycleAfter(1000, 100, () => 0.5)).toBe(1000)
    expect(recycleAfter(1000, 100, () => 1)).toBe(1100)
  })

  it('is exact without jitter, and never below 1', () => {
    expect(recycleAfter(1000, 0)).toBe(1000)
    expect(recycleAfter(5, 100, () => 0)).toBe(1)
  })
})
