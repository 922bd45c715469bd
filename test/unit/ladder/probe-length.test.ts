import { describe, expect, it } from 'vitest'
import { lowestRate, probeSeconds, requestsNeeded } from '../../../src/ladder/probe-length.js'
import type { Slo } from '../../../src/model/plan/slo.js'
import { parseSlo } from '../../../src/model/plan/slo-grammar.js'

const slos = (...rules: string[]): Slo[] =>
  rules.map((rule) => {
    const parsed = parseSlo(rule)
    if ('problem' in parsed) throw new Error(parsed.problem)
    return parsed.value
  })

describe('how many requests a probe needs', () => {
  it.each([
    ['p50<10ms', 20],
    ['p99<10ms', 1_000],
    ['p99.9<10ms', 10_000],
    ['errors<0.1%', 3_000],
    ['availability>99.9%', 3_000],
    ['errors<=0%', 1],
    ['max<1s', 1],
  ])('%s: %i', (rule, requests) => {
    expect(requestsNeeded(slos(rule))).toBe(requests)
  })
})

describe('how long a probe lasts', () => {
  const at = { least: 2, resolution: 0.03 }

  it('is the least that was asked for where that is enough', () => {
    expect(probeSeconds(10_000, slos('p99<10ms'), at)).toBe(2)
  })

  it('is as long as its requests take', () => {
    expect(probeSeconds(100, slos('p99<10ms', 'errors<0.1%'), at)).toBeCloseTo(30)
  })

  it('lets a queue that grows by the resolution pass the limit', () => {
    const seconds = probeSeconds(10_000, slos('p95<200ms'), at)
    expect(0.95 * seconds * at.resolution).toBeCloseTo(0.2)
  })

  it('never exceeds two minutes, at which the lowest rate is judged', () => {
    const rules = slos('p99<10ms')
    expect(probeSeconds(lowestRate(rules), rules, at)).toBeCloseTo(120)
    expect(probeSeconds(0.001, rules, at)).toBe(120)
  })
})
