import { describe, expect, it } from 'vitest'
import { createHistogram, encodeHistogram, record } from '../../../../src/stats/estimate/histogram.js'
import { openSummary } from '../../../../src/stats/validity/summarize-open.js'
import { latencyPhase } from '../../../helpers/latency-fixture.js'
import { sampleOf } from './sample-fixture.js'

describe('openSummary', () => {
  it('keeps latency, service time and lag apart, and counts what was never sent', () => {
    const { sample } = latencyPhase({ unsent: 90, badStatus: 10 })
    const service = createHistogram()
    for (let i = 1; i <= 100; i++) record(service, i * 10)
    const open = { ...sample.open!, serviceHistogram: encodeHistogram(service) }
    const summary = openSummary({ ...sample, open })
    expect(summary.latency).toMatchObject({ p50Us: 2_000, p99Us: 2_000, p999Us: null, maxUs: 2_000 })
    expect(Object.keys(summary.latency)).not.toContain('count')
    expect(summary.service).toMatchObject({ p50Us: 500, p90Us: 900, maxUs: 1_000 })
    expect(summary.lagP99Us).toBe(100)
    expect(summary.errorRate).toBeCloseTo(0.1, 12)
  })

  it('leaves unfinished requests out of the errors', () => {
    const { sample } = latencyPhase({ badStatus: 100 })
    const counts = { ...sample.counts, ok: 400, unfinished: 500 }
    expect(openSummary({ ...sample, counts }).errorRate).toBeCloseTo(0.2, 12)
  })

  it('refuses a closed-loop sample', () => {
    expect(() => openSummary(sampleOf())).toThrow('no open-loop facts')
  })
})
