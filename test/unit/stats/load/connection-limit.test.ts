import { describe, expect, it } from 'vitest'
import { type LoopFacts, waitLimit } from '../../../../src/stats/load/connection-limit.js'

/** 8 connections, each answered in 20 ms, by a service with nothing to do. */
const facts = (changes: Partial<LoopFacts> = {}): LoopFacts => ({
  connections: 8,
  throughput: 400,
  meanUs: 20_000,
  p10Us: 19_500,
  p50Us: 20_000,
  busyShare: 0.05,
  unloadedUs: 19_800,
  ...changes,
})

const delayed = { throughput: 182, meanUs: 44_000, p10Us: 41_000, p50Us: 44_000, unloadedUs: 500 }

describe('waitLimit', () => {
  it.each<[string, Partial<LoopFacts>, ReturnType<typeof waitLimit>]>([
    ['an idle service that answers as soon as at a lower rate', {}, 'connections'],
    ['the same, where no lower rate was measured', { unloadedUs: null }, null],
    ['answers of about 40 ms, fast at a lower rate', delayed, 'delayed-ack'],
    [
      'the same on a busy machine, where some take longer',
      { ...delayed, throughput: 157, meanUs: 51_000 },
      'delayed-ack',
    ],
    ['one request at a time inside an idle service', { unloadedUs: 2_500 }, 'waits'],
    ['a service that has no CPU left', { busyShare: 0.95 }, null],
    ['answers of about 40 ms of one without CPU left', { ...delayed, busyShare: 0.6 }, null],
    ['connections that think, or a generator that is slow', { throughput: 200 }, null],
  ])('%s', (_, changes, limit) => {
    expect(waitLimit(facts(changes))).toBe(limit)
  })
})
