import { describe, expect, it } from 'vitest'
import type { Slo } from '../../../../src/model/plan/slo.js'
import { parseSlo } from '../../../../src/model/plan/slo-grammar.js'
import { nearestRules, slosFor } from '../../../../src/model/plan/slo-rules.js'

function rules(...texts: string[]): Slo[] {
  return texts.map((text) => {
    const parsed = parseSlo(text)
    if ('problem' in parsed) throw new Error(parsed.problem)
    return parsed.value
  })
}
const textsOf = (slos: readonly Slo[]) => slos.map(({ rule }) => rule)

describe('nearestRules', () => {
  it('takes the nearer source for a metric, and all rules of one source', () => {
    const merged = nearestRules([
      rules('p99<300ms', 'p99<=0.2s'),
      rules('p99<1s', 'errors<1%'),
      rules('errors<2%', 'max<9s'),
    ])
    expect(textsOf(merged)).toEqual(['p99<300ms', 'p99<=0.2s', 'errors<1%', 'max<9s'])
  })
})

describe('slosFor', () => {
  it("puts what was set before the scenario's own", () => {
    const slos = slosFor(rules('p99<300ms'), ['p99<1s', 'throughput>5/s'], 'steady')
    expect(textsOf(slos)).toEqual(['p99<300ms', 'throughput>5/s'])
    expect(slos.every(({ stated }) => stated)).toBe(true)
  })

  it('falls back on the KPIs, unstated, as far as the load can tell of them', () => {
    const kpis = ['p50<50ms', 'p95<200ms', 'p99<500ms', 'errors<0.1%', 'availability>99.9%']
    expect(textsOf(slosFor([], [], 'steady'))).toEqual(kpis)
    expect(slosFor([], [], 'soak').some(({ stated }) => stated)).toBe(false)
    expect(textsOf(slosFor([], [], null))).toEqual(['errors<0.1%', 'availability>99.9%'])
    expect(slosFor([], [], 'spike')).toEqual([])
    expect(textsOf(slosFor([], ['max<1s'], 'spike'))).toEqual(['max<1s'])
  })
})
