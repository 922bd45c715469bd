import { describe, expect, it } from 'vitest'
import { advise } from '../../../src/ladder/advise.js'
import { readAsk } from '../../../src/ladder/ask.js'
import { ofCells } from '../../../src/ladder/evidence.js'
import { ladderResult } from '../../../src/ladder/ladder-result.js'
import { levelRules } from '../../../src/ladder/which-level.js'
import { deploymentRules, shownByScenario } from '../../../src/report/findings/deployment.js'
import { reportModel } from '../../../src/report/findings/report-model.js'
import { ladderAnswer } from '../../../src/report/ladder/ladder-words.js'
import { makeLadder, repeats, rung } from '../../helpers/ladder-fixture.js'

/** Repeats of the highest level overlap those of the lowest. */
const ladderOf = (badStatus: number) =>
  makeLadder({
    levels: [rung(0, 1, false), rung(1, 2, false), rung(2, 2, false)],
    cells: [
      ...repeats('0', 'simple', [900, 1_000, 950], { latency: { rate: 600, latenciesUs: [20_000] } }),
      ...repeats('1', 'simple', [1_450, 1_500, 1_480], {
        latency: { rate: 900, latenciesUs: [30_000], errors: { badStatus } },
      }),
      ...repeats('2', 'simple', [1_550, 940, 1_560], { latency: { rate: 1_200, latenciesUs: [40_000] } }),
    ],
  })

describe('the rule for a level', () => {
  const { run } = ladderOf(20)
  const [shown] = shownByScenario(reportModel([run]))
  const { choose } = deploymentRules(levelRules())

  it.each([100, 599, 601, 850, 950, 1_100, 1_201, 1_490, 1_555, 3_000])(
    'is one for rungs advise and for the page: %i/s',
    (rate) => {
      const { ask } = readAsk(`${rate}/s p99<100ms errors<=0.1%`, [])
      if (ask === null) throw new Error('not asked')
      const candidates = run.levels.map(({ key, number, name }) => {
        const finding = ofCells(
          run,
          run.cells.filter(({ level }) => level === key),
          ask,
        )
        return { key, number: number ?? 0, name, promises: [], findings: finding ? [finding] : [] }
      })
      const { state, level } = advise(ask, candidates)
      const choice = choose(shown?.levels ?? [], rate, 100)
      expect(choice.state).toBe({ advised: 'yes', none: 'no', unknown: 'open' }[state])
      expect(run.levels[choice.level]?.key).toBe(level?.key)
    },
  )

  it('is one for the level that serves most: what certainly serves more goes first', () => {
    const { run: sound, ladder } = ladderOf(0)
    const model = reportModel([sound])
    const levels = shownByScenario(model)[0]?.levels ?? []
    expect(choose(levels, null, 1_000)).toMatchObject({ state: 'yes', text: '1 cluster' })
    expect(model.answers[0]?.text).toMatch(/^On simple, level 1 serves/)
    expect(ladderAnswer(ladderResult(sound, ladder))).toMatch(/^Level 1 /)
  })
})
