import { describe, expect, it } from 'vitest'
import { baselineOf, compareBaseline } from '../../../src/gate/baseline.js'
import { nextStep } from '../../../src/gate/decision.js'
import { firstArm, resumeProblems } from '../../../src/gate/resume.js'
import { problemsOf } from '../../../src/model/schema/validate.js'
import { GateBaseline } from '../../../src/model/studies/gate-baseline.js'
import {
  gateBlock,
  gateBlocks,
  gateCell,
  gateResult,
  gateSettings,
  latencyPhase,
} from '../../helpers/gate-fixture.js'

describe('resumeProblems', () => {
  const stored = gateResult({ blocks: gateBlocks([0, 0]) })
  const now = { machine: stored.machine, base: stored.base, head: stored.head, settings: stored.settings }

  it('has none for the same gate, with a larger budget too', () => {
    expect(resumeProblems(stored, now)).toEqual([])
    expect(resumeProblems(stored, { ...now, settings: gateSettings({ budgetSeconds: 900 }) })).toEqual([])
  })

  it('tells all that differs at once', () => {
    const problems = resumeProblems(stored, {
      machine: { ...stored.machine, cpuModel: 'Other CPU' },
      base: stored.base,
      head: { ...stored.head, digest: 'cccc' },
      settings: gateSettings({ alpha: 0.05, level: '1' }),
    })
    expect(problems).toEqual([
      'gate 2026-01-31T09-05-07-gate: CPU model: Example CPU there, Other CPU here; resume it where it was started',
      'gate 2026-01-31T09-05-07-gate: level: 0 there, 1 here; resume it where it was started',
      'gate 2026-01-31T09-05-07-gate: head is not what it was (., now .); start a new gate',
      'gate 2026-01-31T09-05-07-gate: alpha was 0.01, now 0.05; keep it, or start a new gate',
    ])
  })

  it('does not go on after a verdict', () => {
    const { decision } = nextStep(gateSettings(), gateBlocks(Array(9).fill(0)), 11)
    expect(resumeProblems({ ...stored, decision }, now)).toEqual([
      'gate 2026-01-31T09-05-07-gate: is decided already: pass; start a new gate',
    ])
  })
})

describe('firstArm', () => {
  it('is a fair coin, and the same again for the same seed', () => {
    const flips = Array.from({ length: 400 }, (_, i) => firstArm(7, i))
    expect(flips).toEqual(Array.from({ length: 400 }, (_, i) => firstArm(7, i)))
    const base = flips.filter((arm) => arm === 'base').length
    expect(base).toBeGreaterThan(160)
    expect(base).toBeLessThan(240)
  })
})

describe('a stored baseline', () => {
  const cell = { ...gateCell('simple', { throughput: 0, cpu: 0 }), latency: latencyPhase(1000, 1000, 500) }
  const result = gateResult({ blocks: [gateBlock(1, [cell]), gateBlock(2, [cell])] })
  const baseline = baselineOf(result, 'base')

  it('holds medians of what counts', () => {
    expect(problemsOf(GateBaseline, baseline)).toEqual([])
    expect(baseline.figures[0]).toMatchObject({
      scenario: 'simple',
      throughput: 1050,
      rate: 1000,
      p50Us: 1000,
    })
    const slow = { ...cell, capacity: { ...cell.capacity, dropped: 'noisy' } }
    const none = baselineOf({ ...result, blocks: [gateBlock(1, [slow])] }, 'base')
    expect(none.figures[0]).toMatchObject({ throughput: null, cpuPerRequestUs: null, p50Us: 1000 })
  })

  it('can only warn', () => {
    const [figures] = baseline.figures
    if (figures === undefined) throw new Error('no figures')
    const slower = {
      ...baseline,
      figures: [{ ...figures, throughput: 1000, cpuPerRequestUs: 600, p50Us: 1049 }],
    }
    expect(compareBaseline(baseline, baseline, { threshold: 0.05 })).toEqual({ refused: [], warnings: [] })
    expect(compareBaseline(baseline, slower, { threshold: 0.05 })).toEqual({
      refused: [],
      warnings: [
        'simple: throughput is 5 % worse than the stored baseline',
        expect.stringMatching(/^simple: CPU per request is 2\d(\.\d+)? % worse than the stored baseline$/),
      ],
    })
  })

  it('does not compare latencies of unlike rates', () => {
    const [figures] = baseline.figures
    if (figures === undefined) throw new Error('no figures')
    const at = (rate: number) => ({ ...baseline, figures: [{ ...figures, rate, p50Us: 2000 }] })
    expect(compareBaseline(baseline, at(1040), { threshold: 0.05 }).warnings).toHaveLength(1)
    expect(compareBaseline(baseline, at(1200), { threshold: 0.05 }).warnings).toEqual([])
  })

  it('refuses another machine, another Node and another level, unless forced', () => {
    const other = {
      ...baseline,
      level: '1',
      machine: { ...baseline.machine, cpuModel: 'Other CPU', usableCores: 4, node: 'v22.0.0' },
    }
    expect(compareBaseline(other, baseline, { threshold: 0.05 })).toEqual({
      refused: [
        'baseline of main: CPU model: Other CPU there, Example CPU here',
        'baseline of main: cores: 4 there, 2 here',
        'baseline of main: Node: v22.0.0 there, v20.19.0 here',
        'baseline of main: level: 1 there, 0 here',
      ],
      warnings: [],
    })
    const forced = compareBaseline(other, baseline, { threshold: 0.05, force: true })
    expect(forced).toMatchObject({ refused: [], warnings: { length: 4 } })
  })
})
