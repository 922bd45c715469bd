import { describe, expect, it } from 'vitest'
import { identicalDecision, nextStep } from '../../../src/gate/decision.js'
import { gateExitCode } from '../../../src/gate/exit-code.js'
import { problemsOf } from '../../../src/model/schema/validate.js'
import { GateResult } from '../../../src/model/studies/gate.js'
import type { GateIdentity } from '../../../src/model/studies/gate-identity.js'
import { signedRankTest } from '../../../src/stats/estimate/signed-rank.js'
import { ExitCode } from '../../../src/words/exit-codes.js'
import {
  gateBlock,
  gateBlocks,
  gateCell,
  gateIdentity,
  gateResult,
  gateSettings,
  latencyPhase,
} from '../../helpers/gate-fixture.js'

const settings = gateSettings()

function around(n: number, centre: number): number[] {
  return Array.from({ length: n }, (_, i) => centre + 0.002 * (((i * 5) % n) - n / 2))
}

describe('nextStep', () => {
  it('asks for another block until there is a verdict', () => {
    expect(nextStep(settings, [], 20).next).toBe('measure')
    const { next, decision } = nextStep(settings, gateBlocks(around(8, 0)), 12)
    expect(next).toBe('measure')
    expect(decision.rows[0]).toMatchObject({ verdict: 'inconclusive', n: null, lower: null, mde80: null })
    expect(decision.rows[0]?.estimate).toBeCloseTo(0, 2)
    expect(decision.rows[0]?.reason).toBe('8 of the 9 blocks count that a pass needs')
  })

  it('passes equal arms, and says what could have been missed', () => {
    const { next, decision } = nextStep(settings, gateBlocks(around(9, 0)), 11)
    expect(next).toBe('stop')
    expect(decision).toMatchObject({
      verdict: 'pass',
      ended: 'decided',
      reason: 'no slowdown of 5 % or more, in 9 blocks',
    })
    for (const row of decision.rows) {
      expect(row).toMatchObject({ verdict: 'pass', n: 9, dropped: 0, reason: null })
      expect(row.mde80).toBeGreaterThan(Math.log(1.01))
      expect(row.pPass).toBe(signedRankTest(row.differences, Math.log(1.05), 'less').p)
    }
  })

  it('finds a regression, and estimates it', () => {
    const { next, decision } = nextStep(settings, gateBlocks(around(12, Math.log(1.08))), 8)
    expect(next).toBe('stop')
    expect(decision).toMatchObject({
      verdict: 'regress',
      reason: 'slower by more than 1 %: simple throughput, simple cpu',
    })
    const row = decision.rows[1]
    expect(row?.estimate).toBeCloseTo(Math.log(1.08), 2)
    expect(row?.lower).toBeGreaterThan(Math.log(1.01))
    expect(row?.pRegress).toBe(2 ** -12)
  })

  it('says why it came to nothing', () => {
    const wide = Array.from({ length: 12 }, (_, i) => 0.03 + 0.02 * (i - 5.5))
    expect(nextStep(settings, gateBlocks(wide), 0).decision).toMatchObject({
      verdict: 'inconclusive',
      ended: 'budget',
      reason:
        'the budget ended after 12 blocks: simple throughput: after 12 blocks neither bound is clear (and 1 more)',
    })
    expect(nextStep(settings, gateBlocks(wide), 3).decision.ended).toBe('unreachable')
    expect(nextStep(settings, gateBlocks(wide), 8, { interrupted: true })).toMatchObject({
      next: 'stop',
      decision: { verdict: 'inconclusive', ended: 'interrupted' },
    })
  })

  it('does not pass what errs, and fails what answers nothing', () => {
    const failing = (errors: number) => {
      const cell = gateCell('simple', { throughput: 0, cpu: 0 })
      return { ...cell, capacity: { ...cell.capacity, head: { requests: 2100, errors } } }
    }
    const burst = around(9, 0).map((_, i) =>
      gateBlock(i + 1, [i === 0 ? failing(300) : gateCell('simple', { throughput: 0, cpu: 0 })]),
    )
    expect(nextStep(settings, burst, 0).decision).toMatchObject({
      verdict: 'inconclusive',
      reason: 'simple: more errors in head than chance allows',
    })
    expect(nextStep(settings, burst, 11).next).toBe('measure')
    const silent = [1, 2].map((index) => gateBlock(index, [failing(2100)]))
    expect(nextStep(settings, silent, 18).decision).toMatchObject({
      verdict: 'regress',
      reason: 'simple: head answered nothing as expected in 2 blocks in which base did',
    })
  })

  it('tells what disturbed blocks said, and finds a regression in them', () => {
    const disturbed = (differences: readonly number[]) =>
      gateBlocks(differences).map((block) => ({
        ...block,
        cells: block.cells.map((cell) => ({
          ...cell,
          capacity: { ...cell.capacity, dropped: 'noisy: others took 60 % of the CPU time' },
        })),
      }))
    const { decision } = nextStep(settings, disturbed(around(12, 0.07)), 8)
    expect(decision.verdict).toBe('regress')
    expect(decision.rows[0]).toMatchObject({ n: 12, dropped: 12, differences: [], upper: null, pPass: null })
    expect(decision.rows[0]?.doubtful).toHaveLength(12)
    expect(decision.rows[0]?.lower).toBeGreaterThan(Math.log(1.01))
    const few = nextStep(settings, disturbed([0.3, 0.31]), 0).decision
    expect(few.rows[0]).toMatchObject({
      verdict: 'inconclusive',
      n: null,
      estimate: expect.closeTo(0.305, 3),
    })
  })

  it('judges the scenarios that both answer', () => {
    const two = gateSettings({ scenarios: ['simple', 'new'] })
    const options = { scenarios: ['simple'] }
    const { decision } = nextStep(two, gateBlocks(around(9, 0)), 11, options)
    expect(decision).toMatchObject({
      verdict: 'pass',
      rows: [{ scenario: 'simple' }, { scenario: 'simple' }],
    })
    expect(nextStep(two, gateBlocks(around(9, 0)), 11).decision.verdict).toBe('inconclusive')
  })

  it('does not test a p99 that too few requests stand for, and passes without it', () => {
    const withP99 = gateSettings({ metrics: ['throughput', 'cpu', 'p99'] })
    const blocks = gateBlocks(around(9, 0)).map((block) => ({
      ...block,
      cells: block.cells.map((cell) => ({ ...cell, latency: latencyPhase(1000, 1000, 500) })),
    }))
    const { decision } = nextStep(withP99, blocks, 0)
    expect(decision.verdict).toBe('pass')
    expect(decision.rows[2]).toMatchObject({
      metric: 'p99',
      verdict: 'not-testable',
      n: null,
      reason: 'too few requests in block 1: it takes 10000 per arm and block',
    })
    const only = nextStep(gateSettings({ metrics: ['p99'] }), blocks, 11)
    expect(only).toMatchObject({
      next: 'stop',
      decision: { verdict: 'inconclusive', reason: 'none of the metrics could be tested' },
    })
  })

  it('does not pass without a metric that was asked for and not read', () => {
    const blocks = gateBlocks(around(9, 0))
    const p50 = nextStep(gateSettings({ metrics: ['cpu', 'p50'] }), blocks, 0).decision
    expect(p50.verdict).toBe('inconclusive')
    expect(p50.rows[1]?.reason).toBe(
      '9 of 9 blocks were disturbed: they may show a slowdown, but cannot rule one out',
    )
  })

  it('gives the same bytes for the same blocks and seed', () => {
    const blocks = gateBlocks(around(12, 0.02))
    expect(JSON.stringify(nextStep(settings, blocks, 8))).toBe(JSON.stringify(nextStep(settings, blocks, 8)))
  })

  it('makes decisions that fit the published schema', () => {
    for (const differences of [[], around(9, 0), around(12, 0.09)]) {
      const { decision } = nextStep(settings, [], 8)
      const blocks = gateBlocks(differences).map((block) => ({
        ...block,
        cells: block.cells.map((cell) => ({
          ...cell,
          capacity: {
            ...cell.capacity,
            slices: cell.capacity.slices.map((slice) => ({
              ...slice,
              head: { ...slice.head, ok: Math.round(slice.head.ok) },
            })),
          },
        })),
      }))
      expect(problemsOf(GateResult, gateResult({ decision, blocks }))).toEqual([])
      const decided = nextStep(settings, blocks, 0).decision
      expect(problemsOf(GateResult, gateResult({ decision: decided, blocks }))).toEqual([])
    }
    const identity = gateIdentity()
    const identical = gateResult({ identity, decision: identicalDecision(settings, identity) })
    expect(problemsOf(GateResult, identical)).toEqual([])
  })

  it('says by what two sides are the same, and what was left out', () => {
    const reason = (changes: Partial<GateIdentity>) =>
      identicalDecision(settings, gateIdentity(changes)).reason
    expect(reason({})).toBe('base and head differ in nothing that the service can read')
    expect(reason({ leftOut: { count: 3, sample: ['README.md', 'LICENSE'] } })).toBe(
      'base and head differ in nothing that the service can read; left out: README.md, LICENSE and 1 more (gate.ignore)',
    )
    expect(reason({ artefacts: ['server', 'web'] })).toBe(
      'base and head are the same in what gate.artefacts names (server, web)',
    )
  })
})

describe('gateExitCode', () => {
  const pass = nextStep(settings, gateBlocks(around(9, 0)), 0).decision

  it('is 0 for a pass, 1 for a regression, 3 for neither, and never green for what was not measured', () => {
    expect(gateExitCode(pass, 'fail')).toBe(ExitCode.Ok)
    expect(gateExitCode(identicalDecision(settings, gateIdentity()), 'fail')).toBe(ExitCode.Ok)
    expect(gateExitCode({ ...pass, verdict: 'regress' }, 'pass')).toBe(ExitCode.Missed)
    const open = { ...pass, verdict: 'inconclusive', ended: 'budget' } as const
    expect(gateExitCode(open, 'fail')).toBe(ExitCode.Invalid)
    expect([gateExitCode(open, 'warn'), gateExitCode(open, 'pass')]).toEqual([ExitCode.Ok, ExitCode.Ok])
    const unmeasured = { ...open, rows: open.rows.map((row) => ({ ...row, n: null })) }
    expect(gateExitCode(unmeasured, 'pass')).toBe(ExitCode.Invalid)
    expect(gateExitCode(null, 'pass')).toBe(ExitCode.Usage)
    expect(gateExitCode({ ...open, ended: 'interrupted' }, 'pass')).toBe(ExitCode.Interrupted)
  })
})
