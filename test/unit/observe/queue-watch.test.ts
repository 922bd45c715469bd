import { describe, expect, it } from 'vitest'
import { parseQueueState, queueTruth } from '../../../src/observe/queue-watch.js'

const ANSWER = { waiting: 5, active: 2, delayed: 1, enqueued: 100, done: 90, failed: 2 }
const state = (change: object, buckets: { le: number; count: number }[] = []) =>
  parseQueueState('/q', { ...ANSWER, ...change, completion_seconds: { sumSeconds: 1, buckets } })

describe('a queue', () => {
  it('that leaves out a number is not understood', () => {
    expect(() => parseQueueState('/q', { ...ANSWER, done: '90', waiting: undefined })).toThrow(
      '/q answered without waiting, done',
    )
    expect(() => parseQueueState('/q', null)).toThrow('/q answered without waiting')
  })

  it('may tell no durations', () => {
    expect(parseQueueState('/q', ANSWER)).toEqual({ ...ANSWER, completion: new Map() })
  })

  it('is told by what changed between the looks', () => {
    const first = {
      at: 10,
      state: state({}, [
        { le: 0.5, count: 80 },
        { le: 1, count: 10 },
      ]),
    }
    const last = {
      at: 14,
      state: state({ enqueued: 500, done: 480, waiting: 10, failed: 3 }, [
        { le: 2, count: 20 },
        { le: 0.5, count: 450 },
        { le: 1, count: 10 },
      ]),
    }
    expect(queueTruth(first, last, [3, 400])).toEqual({
      seconds: 4,
      enqueued: 400,
      done: 390,
      failed: 1,
      depthAtStart: 8,
      depthAtEnd: 13,
      depthMin: 3,
      depthMax: 400,
      completion: [
        { leUs: 500_000, count: 370 },
        { leUs: 2_000_000, count: 20 },
      ],
      unknown: null,
    })
  })
})
