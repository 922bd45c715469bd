import { expect, it } from 'vitest'
import { leftoverSeconds, leftoverText } from '../../../../src/stats/validity/leftovers.js'
import { sampleOf } from './sample-fixture.js'

it('is the time that the service needs for what was given up, at the rate of its answers', () => {
  const counts = { ...sampleOf().counts, ok: 3, badStatus: 1 }
  expect(leftoverSeconds(sampleOf({ counts, durationUs: 4e6, leftBehind: 22 }))).toBe(22)
  expect(leftoverSeconds(sampleOf({ counts, durationUs: 4e6 }))).toBe(0)
})

it('has no end where the service answered nothing', () => {
  const counts = { ...sampleOf().counts, ok: 0 }
  expect(leftoverSeconds(sampleOf({ counts, leftBehind: 1 }))).toBe(Number.POSITIVE_INFINITY)
})

it('is a problem where it takes a considerable share of what is measured next', () => {
  // One in fifty of a fast service hangs.
  expect(leftoverText(leftoverSeconds(sampleOf({ leftBehind: 20 })), 20, 4)).toBeNull()
  expect(leftoverText(22, 22, 4)).toContain(
    'gave up 22 requests unanswered, and about 22 s of work were still to be done',
  )
  expect(leftoverText(Number.POSITIVE_INFINITY, 1, 4)).toContain('their work was still to be done')
})
