import { expect, it } from 'vitest'
import { exitCodeOf } from '../../../../src/cli/world/exit-code.js'
import type { Outcome, Stage } from '../../../../src/model/run/outcome.js'
import type { Cell, Run } from '../../../../src/model/run/run.js'

const completed = (state: 'valid' | 'noisy', more: object = {}) => ({
  state: 'completed',
  validity: { state, evidence: [] },
  latency: null,
  slo: [],
  ...more,
})
const slo = (state: 'met' | 'missed' | 'no-data', stated = true) => ({ slo: [{ state, stated }] })
const failed = (stage: Stage) => ({ state: 'failed', stage, error: '', log: [], sample: null })
const skipped = { state: 'skipped', reason: '', fix: null }

const run = (state: Run['state'], ...outcomes: object[]) => ({
  state,
  cells: outcomes.map((outcome) => ({ outcome: outcome as Outcome }) as Cell),
})

it.each([
  ['everything valid', run('completed', completed('valid'), completed('valid')), 0],
  ['some skipped, the rest valid', run('completed', completed('valid'), skipped), 0],
  ['one not valid', run('completed', completed('valid'), completed('noisy')), 3],
  ['an objective missed', run('completed', completed('valid', slo('missed'))), 1],
  ['an objective without data', run('completed', completed('valid', slo('no-data'))), 3],
  ['a default objective without data', run('completed', completed('valid', slo('no-data', false))), 0],
  [
    'an objective missed beside one without data',
    run('completed', completed('valid', slo('no-data')), completed('valid', slo('missed'))),
    1,
  ],
  ['an objective met', run('completed', completed('valid', slo('met'))), 0],
  [
    'a default objective missed, which nobody stated',
    run('completed', completed('valid', slo('missed', false))),
    0,
  ],
  [
    'an objective missed by figures that are not valid',
    run('completed', completed('noisy', slo('missed'))),
    3,
  ],
  [
    'a valid capacity and a latency that is not',
    run(
      'completed',
      completed('valid', { latency: { validity: { state: 'generator-bound', evidence: [] } } }),
    ),
    3,
  ],
  ['one failed while measuring', run('completed', completed('valid'), failed('measure')), 3],
  ['one that did not boot', run('completed', completed('noisy'), failed('boot')), 2],
  ['all skipped', run('completed', skipped, skipped), 2],
  ['interrupted, whatever else', run('interrupted', failed('boot'), completed('noisy')), 130],
  ['interrupted before the first cell', run('interrupted'), 130],
])('%s', (_, result, code) => {
  expect(exitCodeOf(result)).toBe(code)
})
