import { expect, it } from 'vitest'
import { isSteady } from '../../../../src/runner/cell/steady.js'

it.each([
  [[], false],
  [[100, 100, 100], false],
  [[100, 100, 100, 100], true],
  [[10, 50, 90, 100], false],
  [[10, 50, 90, 100, 98, 104], true],
  [[100, 100, 111, 111], false],
  [[100, 100, 109, 110], true],
  [[0, 0, 0, 0], false],
  // What the chance of so few answers explains.
  [[1, 1, 1, 0], true],
  [[10, 9, 12, 11], true],
  [[1, 0, 4, 4], false],
])('%j → %s', (perSecond, steady) => {
  expect(isSteady(perSecond)).toBe(steady)
})
