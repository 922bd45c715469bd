import { describe, expect, it } from 'vitest'
import { affinity, showAffinity } from '../../../src/config/affinity.js'
import { list, oneOf, seconds, wholeNumber } from '../../../src/config/parsers.js'
import { workerCpus } from '../../../src/config/worker-cpus.js'

describe('seconds', () => {
  const parse = seconds({ zero: false, max: 600, example: 10 })

  it.each([
    ['10', 10],
    ['10s', 10],
    ['2 m', 120],
    ['500ms', 0.5],
    ['.5', 0.5],
    ['600', 600],
  ])('reads %s as %d s', (text, value) => {
    expect(parse(text)).toEqual({ value })
  })

  it.each(['abc', '', '-1', '0', '0ms', '1e3', '0x10', 'Infinity', 'NaN', '10 min', '1.', '10s5'])(
    'refuses %j',
    (text) => {
      expect(parse(text)).toEqual({
        problem: 'must be a number of seconds above 0, such as 10 (or 500ms, 2m, 1h)',
      })
    },
  )

  it('says how long is too long', () => {
    expect(parse('11m')).toEqual({
      problem: 'must be a number of seconds up to 600, such as 10 (or 500ms, 2m, 1h)',
    })
  })

  it('takes 0 where 0 means something', () => {
    const warmup = seconds({ zero: true, max: 60, example: 3 })
    expect(warmup('0')).toEqual({ value: 0 })
    expect(warmup('61')).toEqual({ problem: expect.stringContaining('from 0 to 60') })
  })
})

describe('wholeNumber', () => {
  const parse = wholeNumber({ min: 1, max: 64, example: 2 })

  it('takes both ends of its range', () => {
    expect(parse('1')).toEqual({ value: 1 })
    expect(parse('64')).toEqual({ value: 64 })
  })

  it.each(['0', '65', '-2', '1.5', '2e1', '', ' 2', 'two'])('refuses %j', (text) => {
    expect(parse(text)).toEqual({ problem: 'must be a whole number from 1 to 64, such as 2' })
  })
})

describe('list', () => {
  it('drops spaces and repeats', () => {
    expect(list('x')('0, 1,0')).toEqual({ value: ['0', '1'] })
  })

  it.each(['', ',', '1,,2', '1,'])('refuses %j', (text) => {
    expect(list('x')(text)).toHaveProperty('problem')
  })
})

describe('oneOf', () => {
  it('names the options', () => {
    expect(oneOf(['fresh', 'given'])('fresh')).toEqual({ value: 'fresh' })
    expect(oneOf(['fresh', 'given'])('Fresh')).toEqual({ problem: 'must be one of fresh, given' })
  })
})

describe('affinity', () => {
  it('reads the cores of both sides', () => {
    expect(affinity('auto')).toEqual({ value: 'auto' })
    expect(affinity('0:1-3')).toEqual({ value: { generator: [0], service: [1, 2, 3] } })
    expect(affinity('4,0-1:2,3')).toEqual({ value: { generator: [0, 1, 4], service: [2, 3] } })
  })

  it.each(['', '0', '0:', ':1', '0:1:2', '3-1:0', 'a:b', '0:1,,2', '0-1:1-2', '0:1024'])(
    'refuses %j',
    (text) => {
      expect(affinity(text)).toHaveProperty('problem')
    },
  )

  it('is shown in the form in which it is given', () => {
    expect(showAffinity('off')).toBe('off')
    expect(showAffinity({ generator: [0], service: [1, 2] })).toBe('0:1,2')
  })
})

it.each(['auto', 'off', 0.1, 0.01, 1.5, 1024])('the CPU quota of a worker may be %j', (value) => {
  expect(workerCpus(String(value))).toEqual({ value })
})

it.each(['', '0', '0.001', '10%', '1025', '-1', 'on'])('the CPU quota of a worker must not be %j', (text) => {
  expect(workerCpus(text)).toEqual({ problem: 'must be auto, off, or cores from 0.01 to 1024, such as 0.1' })
})
