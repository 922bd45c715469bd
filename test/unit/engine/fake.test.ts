import { Value } from 'typebox/value'
import { expect, it } from 'vitest'
import { createFake } from '../../../src/engine/fake.js'
import type { LoadPlan } from '../../../src/model/plan/load-plan.js'
import { Sample, type Tick } from '../../../src/model/run/sample.js'
import { decodeHistogram } from '../../../src/stats/estimate/histogram.js'
import { summarize } from '../../../src/stats/validity/summarize.js'
import { judge } from '../../../src/stats/validity/validity.js'

const plan: LoadPlan = {
  baseUrl: 'http://127.0.0.1:1',
  steps: [{ path: '/' }, { path: '/b' }],
  variables: {},
  values: {},
  connections: 8,
  durationSeconds: 2.5,
  timeoutSeconds: 1,
  generators: 1,
  seed: 3,
}
const io = { signal: new AbortController().signal, env: {} }

it('gives the same consistent sample for the same plan', async () => {
  const ticks: Tick[] = []
  const sample = await createFake({ errorShare: 0.1 }).run(plan, {
    ...io,
    onTick: (tick) => ticks.push(tick),
  })
  expect(await createFake({ errorShare: 0.1 }).run(plan, io)).toEqual(sample)
  expect((await createFake().run({ ...plan, seed: 4 }, io)).histogram).not.toBe(sample.histogram)
  expect(Value.Check(Sample, sample)).toBe(true)
  const { counts, intervals, steps } = sample
  expect(counts.ok + counts.badStatus).toBe(counts.sent)
  expect(intervals.reduce((sum, { ok }) => sum + ok, 0)).toBe(counts.ok)
  expect(steps.reduce((sum, { sent }) => sum + sent, 0)).toBe(counts.sent)
  expect(decodeHistogram(sample.histogram).totalCount).toBe(counts.ok)
  expect(ticks.map(({ elapsedSeconds }) => elapsedSeconds)).toEqual([1, 2, 2.5])
  expect(ticks.at(-1)).toMatchObject({ ok: counts.ok, errors: counts.badStatus })
  expect(judge(sample, summarize(sample), null, 8).state).toBe('valid')
})

it('sends nothing once it is aborted', async () => {
  const sample = await createFake().run(plan, { ...io, signal: AbortSignal.abort() })
  expect(sample).toMatchObject({ durationUs: 0, intervals: [], histogram: '' })
  expect(sample.counts.sent).toBe(0)
})
