import { expect, it } from 'vitest'
import type { Validity } from '../../../../src/model/run/outcome.js'
import { nextWindow } from '../../../../src/runner/cell/capacity-window.js'
import { sampleOf } from '../../stats/validity/sample-fixture.js'

const valid: Validity = { state: 'valid', evidence: [] }
const rising: Validity = { state: 'unsteady', trend: 'rising', evidence: ['still rising'] }
const of = (ok: number, seconds: number) =>
  sampleOf({ counts: { ...sampleOf().counts, ok }, durationUs: seconds * 1e6 })

it('lets a capacity stand that is one', () => {
  expect(nextWindow({ sample: of(1_000, 4), validity: valid, windows: 1 }, 4)).toBeNull()
})

it('measures again while the speed was still changing, twice at most', () => {
  const sample = of(1_000, 4)
  expect(nextWindow({ sample, validity: rising, windows: 1 }, 4)).toBe(4)
  expect(nextWindow({ sample, validity: rising, windows: 2 }, 4)).toBe(4)
  expect(nextWindow({ sample, validity: rising, windows: 3 }, 4)).toBeNull()
})

it('does not where something else is wrong too', () => {
  const both: Validity = { state: 'noisy', trend: 'rising', evidence: ['others', 'still rising'] }
  expect(nextWindow({ sample: of(1_000, 4), validity: both, windows: 1 }, 4)).toBeNull()
})

it('measures a slow service once more, for as long as it needs, three times as long at most', () => {
  expect(nextWindow({ sample: of(6, 4), validity: valid, windows: 1 }, 4)).toBe(10)
  expect(nextWindow({ sample: of(4, 4), validity: valid, windows: 1 }, 4)).toBe(12)
  expect(nextWindow({ sample: of(0, 4), validity: valid, windows: 1 }, 4)).toBe(12)
  expect(nextWindow({ sample: of(4, 12), validity: valid, windows: 2 }, 4)).toBeNull()
})

it('does not wait for more answers of a service that fails', () => {
  const sample = { ...of(2, 4), errors: [{ what: 'status 503', count: 100 }] }
  expect(nextWindow({ sample, validity: valid, windows: 1 }, 4)).toBeNull()
})
