import { describe, expect, it } from 'vitest'
import { planGate } from '../../../src/gate/plan.js'
import { liveLooks, rulesOf } from '../../../src/gate/rules.js'
import { gateSettings } from '../../helpers/gate-fixture.js'

const COST = { perBlock: 15, setup: 10 }

describe('rules', () => {
  it('share α among tests (errors are one a scenario) and the looks that can find anything, and β among looks', () => {
    const rules = rulesOf(gateSettings({ scenarios: ['a', 'b'] }))
    const { regressLevel, earlyLevel, earlyLooks, errorLevel } = rules
    // All that a test may spend: 0.01 ÷ 6, at three looks by ranks that can fire and four early ones.
    expect(3 * regressLevel + earlyLooks.length * earlyLevel).toBeCloseTo(0.01 / 6, 15)
    // The test of errors: by requests at each of the eight looks, by blocks at those by ranks.
    expect(3 * regressLevel + 8 * errorLevel).toBeCloseTo(0.01 / 6, 15)
    expect(rulesOf(gateSettings({ earlyLooks: [] })).regressLevel).toBeCloseTo(0.01 / 3 / 3, 15)
    expect(rulesOf(gateSettings({ looks: [12, 16, 20] })).regressLevel).toBe(
      rulesOf(gateSettings({ looks: [9, 12, 16, 20] })).regressLevel,
    )
    // So few tests that nine blocks can say something.
    expect(rulesOf(gateSettings({ alpha: 0.1, earlyLooks: [] })).regressLevel).toBeCloseTo(0.1 / 4 / 3, 15)
    expect(rules.passLevel).toBeCloseTo(0.0125, 15)
    expect(rules.threshold).toBeCloseTo(Math.log(1.05), 15)
  })

  it('know the looks that can fire: 2⁻ⁿ at most the level', () => {
    expect(liveLooks([9, 12, 16, 20], 0.01 / 4)).toEqual([9, 12, 16, 20])
    expect(liveLooks([9, 12, 16, 20], 0.01 / 8)).toEqual([12, 16, 20])
    expect(liveLooks([9, 12, 16, 20], 2 ** -16)).toEqual([16, 20])
  })
})

describe('planGate', () => {
  it('says what a budget reaches', () => {
    const plan = planGate(gateSettings({ budgetSeconds: 300 }), COST)
    expect(plan).toMatchObject({
      maxBlocks: 19,
      regressLooks: [12, 16],
      passLooks: [9, 12, 16],
      problems: [],
    })
    expect(plan.notes).toEqual([
      'after 9 blocks the gate can pass, but not find a regression: with 3 tests it takes a chance below 0.00067, and 9 blocks that all agree have 0.0020',
    ])
  })

  it('refuses a budget in which no regression could be found, with one in which it could', () => {
    const plan = planGate(gateSettings({ budgetSeconds: 189 }), COST)
    expect(plan.neededSeconds).toBe(190)
    expect(plan.problems).toEqual([
      'budget: 189 s is room for 11 blocks of 15 s, but it takes 12 to tell a regression from chance; give it 190 s',
    ])
    expect(planGate(gateSettings({ budgetSeconds: 190 }), COST).problems).toEqual([])
  })

  it('refuses what no budget can decide', () => {
    const plan = planGate(gateSettings({ alpha: 1e-6, looks: [9, 12] }), COST)
    expect(plan.neededSeconds).toBeNull()
    expect(plan.problems).toEqual([
      'alpha: 0.000001 (beta 0.05) over 3 tests and 2 looks: even 12 blocks that all agree are no proof; take fewer scenarios or metrics, or a larger alpha',
    ])
  })

  it('tells all that is wrong at once', () => {
    const { problems } = planGate(
      gateSettings({ looks: [12, 9], noiseFloor: 0.05, threshold: 0.03, budgetSeconds: 1 }),
      COST,
    )
    expect(problems).toEqual([
      'looks: 12, 9: must ascend',
      'threshold: 3 % must be above the noise floor of 5 %; raise the one or lower the other',
      expect.stringContaining('budget: 1 s is room for 0 blocks'),
    ])
  })
})
