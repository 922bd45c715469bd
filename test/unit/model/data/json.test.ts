import fc from 'fast-check'
import { LosslessNumber } from 'lossless-json'
import { expect, it } from 'vitest'
import { jsonOf, parseJson } from '../../../../src/model/data/json.js'

it('reads what JSON.parse reads as JSON.parse does, where a double holds every number', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), (text) => {
      const isWhole = (value: unknown): value is number =>
        typeof value === 'number' && Number.isInteger(value)
      const exact = JSON.parse(text, (_, value) =>
        isWhole(value) && !Number.isSafeInteger(value) ? 0 : value,
      )
      expect(parseJson(JSON.stringify(exact))).toEqual(exact)
    }),
    { seed: 1 },
  )
  expect(parseJson('[0.30000000000000004, 1e21, -0, "12345678901234567890"]')).toEqual([
    0.30000000000000004,
    1e21,
    -0,
    '12345678901234567890',
  ])
})

it('keeps the digits of whole numbers beyond 2^53, and of decimals where it is asked to', () => {
  expect(parseJson('{"a":[9007199254740991,9007199254740992,-9007199254740993]}')).toEqual({
    a: [9007199254740991, 9007199254740992n, -9007199254740993n],
  })
  const text = '[0.1234567890123456789]'
  expect(parseJson(text)).toEqual(JSON.parse(text))
  expect(parseJson(text, 'exact')).toEqual([new LosslessNumber('0.1234567890123456789')])
})

it('refuses what is no JSON in the words of JSON.parse, and takes the last of two keys as it does', () => {
  expect(() => parseJson('[9007199254740993')).toThrow(SyntaxError)
  expect(() => parseJson('[09007199254740993]')).toThrow(SyntaxError)
  expect(parseJson('{"a":9007199254740993,"a":1}')).toEqual({ a: 1 })
})

it('writes a value into JSON as what it is', () => {
  const values = ['a"', 1.5, true, 9007199254740993n, new LosslessNumber('1.10')]
  expect(values.map(jsonOf)).toEqual(['"a\\""', '1.5', 'true', '9007199254740993', '1.10'])
})
