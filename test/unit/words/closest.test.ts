import { describe, expect, it } from 'vitest'
import { closest, didYouMean, editDistance } from '../../../src/words/closest.js'

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['mehtod', 'method', 1],
    ['abc', 'abc', 0],
  ])('%j to %j is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})

describe('closest', () => {
  it('finds the nearest candidate, letter case aside', () => {
    expect(closest('Simpel', ['report', 'simple', 'sample'])).toBe('simple')
  })

  it('finds nothing when nothing is near', () => {
    expect(closest('abcdef', ['uvwxyz'])).toBeUndefined()
    expect(closest('x', [])).toBeUndefined()
    expect(closest('x', ['y'])).toBeUndefined()
    expect(didYouMean('abcdef', ['uvwxyz'])).toBe('')
  })

  it('puts the hint as the end of a line', () => {
    expect(didYouMean('cluser', ['single', 'cluster'])).toBe("; did you mean 'cluster'?")
  })
})
