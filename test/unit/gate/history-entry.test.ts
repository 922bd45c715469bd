import { expect, it } from 'vitest'
import { nextStep } from '../../../src/gate/decision.js'
import { historyEntry } from '../../../src/gate/history-entry.js'
import { problemsOf } from '../../../src/model/schema/validate.js'
import { HistoryEntry } from '../../../src/model/studies/gate-history.js'
import { gateBlocks, gateResult, gateSettings } from '../../helpers/gate-fixture.js'

const differences = [0.03, 0.05, 0.04, 0.06, 0.05, 0.055, 0.045, 0.04, 0.05]
const settings = gateSettings({ metrics: ['throughput'] })
const blocks = gateBlocks(differences)
const { decision } = nextStep(settings, blocks, 0)
const measured = gateResult({ settings, blocks, decision })

it('keeps estimate and 95 % interval of each figure, with what they are of', () => {
  const made = historyEntry(measured)
  if ('reason' in made) throw new Error(made.reason)
  expect(problemsOf(HistoryEntry, made.entry)).toEqual([])
  expect(made.entry).toMatchObject({
    base: { name: 'main', commit: '0123456789abcdef' },
    head: { commit: 'fedcba9876543210', dirty: true },
    level: '0',
    verdict: decision.verdict,
  })
  const [figure] = made.entry.figures
  expect(figure).toMatchObject({ scenario: 'simple', metric: 'throughput', n: 9 })
  expect(figure?.estimate).toBeCloseTo(0.0475, 9)
  // P(W ≤ 5) = 10/512, P(W ≤ 6) = 14/512: the sixth lowest and the sixth highest of the 45 Walsh averages.
  expect(figure?.lower).toBeCloseTo(0.04, 9)
  expect(figure?.upper).toBeCloseTo(0.055, 9)
})

it('says why there is nothing to keep', () => {
  const reason = (changes: Parameters<typeof gateResult>[0]) => {
    const made = historyEntry({ ...measured, ...changes })
    return 'reason' in made ? made.reason : null
  }
  const { base } = measured
  const url = { kind: 'url', url: 'http://127.0.0.1:1' } as const
  expect(reason({ base: { ...base, name: url.url, obtained: url } })).toMatch(/is a URL, .* --base v1.2.0/)
  expect(reason({ decision: null })).toMatch(/not finished/)
  expect(reason({ decision: { ...decision, ended: 'interrupted' } })).toMatch(/not finished/)
  expect(reason({ decision: { ...decision, ended: 'identical', rows: [] } })).toMatch(/nothing was measured/)
  expect(reason({ decision: { ...decision, rows: [] } })).toMatch(/no block counts/)
})
