import { describe, expect, it } from 'vitest'
import {
  ratePerSecond,
  share,
  showShare,
  showStages,
  sloRules,
  stages,
} from '../../../src/config/load-parsers.js'

describe('ratePerSecond', () => {
  it.each([
    ['250', 250],
    ['2.5', 2.5],
    ['250/s', 250],
  ])('reads %s', (text, value) => expect(ratePerSecond(text)).toEqual({ value }))

  it.each(['0', '-1', '1e3', '60%', '', '1000001', '5/m'])('refuses %j', (text) => {
    expect(ratePerSecond(text)).toHaveProperty('problem')
  })
})

describe('share', () => {
  it.each([
    ['60%', 0.6],
    ['0.6', 0.6],
    ['7.5 %', 0.075],
    ['1', 1],
  ])('reads %s', (text, value) => expect(share(text)).toEqual({ value }))

  it.each(['60', '0', '0%', '101%', 'half', ''])('refuses %j', (text) => {
    expect(share(text)).toEqual({
      problem: 'must be a share of the capacity above 0, up to 100%, such as 60%',
    })
  })

  it('shows what it reads', () => {
    expect([0.6, 0.07, 0.29, 1].map(showShare)).toEqual(['60%', '7%', '29%', '100%'])
  })
})

describe('stages', () => {
  it('reads rates per second, held or in a line', () => {
    expect(stages('10s:100, 5s:100-500,1m:2.5')).toEqual({
      value: {
        of: 'rate',
        stages: [
          { seconds: 10, from: 100, to: 100 },
          { seconds: 5, from: 100, to: 500 },
          { seconds: 60, from: 2.5, to: 2.5 },
        ],
      },
    })
  })

  it('reads shares of the capacity, also beyond it', () => {
    expect(stages('10s:50%,5s:50%-150%')).toEqual({
      value: {
        of: 'capacity',
        stages: [
          { seconds: 10, from: 0.5, to: 0.5 },
          { seconds: 5, from: 0.5, to: 1.5 },
        ],
      },
    })
  })

  it.each(['', '10s', '10s:', ':5', '10s:5,', '0s:5', '10s:-5', '10s:5-', '10s:50%-150', '1s:2000000'])(
    'refuses %j',
    (text) =>
      expect(stages(text)).toEqual({ problem: expect.stringMatching(/^must be pieces of time and rate/) }),
  )

  it('refuses what mixes units, sends nothing or never ends', () => {
    expect(stages('1s:5,1s:5%')).toEqual({ problem: expect.stringContaining('all in % of the capacity') })
    expect(stages('1s:0')).toEqual({ problem: 'must have a rate above 0' })
    expect(stages('20h:1,20h:1')).toEqual({ problem: 'must be no longer than 86400 s together' })
  })

  it('shows what it reads', () => {
    for (const text of ['10s:100,5s:100-500', '0.5s:50%,5s:50%-150%']) {
      const parsed = stages(text)
      expect('value' in parsed && showStages(parsed.value)).toBe(text)
    }
  })
})

describe('sloRules', () => {
  it('reads a list, and tells of every rule that does not suit', () => {
    expect(sloRules('p99<1s, errors<1%')).toMatchObject({
      value: [{ rule: 'p99<1s' }, { rule: 'errors<1%' }],
    })
    expect(sloRules('errors>1%,max<1s,p99<5%')).toEqual({
      problem: expect.stringMatching(/^'errors>1%': /),
      more: [expect.stringMatching(/^'p99<5%': /)],
    })
    expect(sloRules('p99<1s,')).toHaveProperty('problem')
  })
})
