import { describe, expect, it } from 'vitest'
import { type BlockErrors, errorsOf, judgeErrors } from '../../../src/gate/error-test.js'
import { rulesOf } from '../../../src/gate/rules.js'
import { gateBlock, gateCell, gateSettings, latencyPhase } from '../../helpers/gate-fixture.js'

const rules = rulesOf(gateSettings())

function blocks(n: number, headErrors: number, baseErrors = 0): BlockErrors[] {
  return Array.from({ length: n }, () => ({
    base: { requests: 1000, errors: baseErrors },
    head: { requests: 1000, errors: headErrors },
  }))
}

describe('judgeErrors', () => {
  it('finds nothing where there is nothing, nor where both fail alike', () => {
    expect(judgeErrors('s', blocks(12, 0), rules)).toMatchObject({ verdict: 'none', pValue: 1, reason: null })
    expect(judgeErrors('s', blocks(12, 5, 5), rules).verdict).toBe('none')
    expect(judgeErrors('s', [], rules).verdict).toBe('none')
    expect(judgeErrors('s', blocks(12, 0, 9), rules).verdict).toBe('none')
  })

  it('does not take one error for an excess', () => {
    expect(judgeErrors('s', [...blocks(1, 1), ...blocks(11, 0)], rules).verdict).toBe('none')
  })

  it('takes a burst for an excess, which forbids a pass, but for no regression', () => {
    const verdict = judgeErrors('s', [...blocks(1, 400), ...blocks(11, 0)], rules)
    expect(verdict).toMatchObject({
      verdict: 'excess',
      reason: "400 of head's 12000 requests failed, 0 of base's 12000",
    })
  })

  it('takes errors in more than one block for a regression, from the first look on', () => {
    expect(judgeErrors('s', blocks(2, 30), rules).verdict).toBe('excess')
    expect(judgeErrors('s', blocks(3, 30), rules)).toMatchObject({
      verdict: 'regress',
      reason: "90 of head's 3000 requests failed, 0 of base's 3000",
    })
    // Without the worst block, what is left must be an excess by itself.
    expect(judgeErrors('s', [...blocks(1, 400), ...blocks(3, 1), ...blocks(8, 0)], rules).verdict).toBe(
      'excess',
    )
    expect(judgeErrors('s', [...blocks(2, 400), ...blocks(10, 0)], rules).verdict).toBe('regress')
  })

  it('takes few errors for a regression where block after block has them', () => {
    // As often as base by requests, were it not for one block of base's.
    const some = [{ base: { requests: 1000, errors: 40 }, head: { requests: 1000, errors: 41 } }]
    const all = [...some, ...blocks(11, 1)]
    expect(judgeErrors('s', all.slice(0, 11), rules).verdict).toBe('none')
    expect(judgeErrors('s', all, rules)).toMatchObject({
      verdict: 'regress',
      reason: 'head failed more often than base in 12 of 12 blocks, less often in 0',
    })
  })

  it('does not wait where head answers nothing and base does', () => {
    expect(judgeErrors('s', blocks(1, 1000), rules).verdict).toBe('excess')
    expect(judgeErrors('s', blocks(2, 1000), rules)).toMatchObject({
      verdict: 'regress',
      reason: 'head answered nothing as expected in 2 blocks in which base did',
    })
    expect(judgeErrors('s', blocks(2, 1000, 1000), rules).verdict).toBe('none')
  })
})

describe('errorsOf', () => {
  it('adds both phases, dropped or not', () => {
    const cell = gateCell('s', { throughput: 0, cpu: 0 })
    const latency = { ...latencyPhase(1, 1, 100), dropped: 'noisy' }
    const failing = { ...cell, latency: { ...latency, head: { ...latency.head, errors: 7 } } }
    expect(errorsOf([gateBlock(1, [failing]), gateBlock(2, [])], 's')).toEqual([
      { base: { requests: 2200, errors: 0 }, head: { requests: 2200, errors: 7 } },
      { base: { requests: 0, errors: 0 }, head: { requests: 0, errors: 0 } },
    ])
  })
})
