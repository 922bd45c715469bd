import { expect, it } from 'vitest'
import { capital, cut } from '../../../src/words/format.js'
import { grouped, milliseconds, percent, percentText, seconds } from '../../../src/words/in-sentences.js'
import { toDecimals, toTenth } from '../../../src/words/round.js'

it('says counts, shares and times with their unit and no needless digit', () => {
  expect([0.1234, 9.96, 12.6, 1204].map(grouped)).toEqual(['0.12', '10', '13', '1,204'])
  expect([0, 0.0512, 0.5, 1].map(percent)).toEqual(['0 %', '5.1 %', '50 %', '100 %'])
  expect([0.05, 0.99917].map(percentText)).toEqual(['5 %', '99.92 %'])
  expect([1_234, 120_400].map(milliseconds)).toEqual(['1.2 ms', '120 ms'])
  expect(seconds(12_345_678)).toBe('12.3 s')
})

it('rounds to decimals', () => {
  expect([toTenth(4.65), toDecimals(1.23456, 4), toDecimals(-7.5, 0)]).toEqual([4.7, 1.2346, -7])
})

it('capitalizes, and cuts to so many characters', () => {
  expect([capital('level 1'), capital('')]).toEqual(['Level 1', ''])
  expect([cut('four', 4), cut('fives', 4), cut('😀😀😀', 2)]).toEqual(['four', 'fiv…', '😀…'])
})
