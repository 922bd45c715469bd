import { expect, it } from 'vitest'
import type { Pair } from '../../../../src/engine/duet/duet.js'
import type { Sample } from '../../../../src/model/run/sample.js'
import { slicesOf, type TreeReading } from '../../../../src/runner/blocks/duet-slices.js'

const sample = (...seconds: [ok: number, seconds: number][]) =>
  ({
    intervals: seconds.map(([ok, length], atSeconds) => ({ atSeconds, seconds: length, ok })),
  }) as unknown as Sample

const reading = (cpuUs: number, pids = [7]): TreeReading => ({ cpuUs, rssBytes: 1, pids })

it('pairs each second with the CPU time of both trees, the base first', () => {
  const samples: Pair<Sample> = [sample([90, 1], [91, 1.02]), sample([100, 1], [101, 1.02])]
  const readings: Pair<TreeReading | null>[] = [
    [reading(0), reading(1000)],
    [reading(500), reading(1400)],
    [reading(1100), reading(1900)],
  ]
  expect(slicesOf(samples, readings, 1)).toEqual([
    { seconds: 1, base: { ok: 100, cpuNs: 400_000 }, head: { ok: 90, cpuNs: 500_000 } },
    { seconds: 1.02, base: { ok: 101, cpuNs: 500_000 }, head: { ok: 91, cpuNs: 600_000 } },
  ])
})

it('knows no CPU time of a service that is not ours, or whose processes changed', () => {
  const samples: Pair<Sample> = [sample([90, 1]), sample([100, 1])]
  const readings: Pair<TreeReading | null>[] = [
    [null, reading(0)],
    [null, reading(50, [7, 8])],
  ]
  expect(slicesOf(samples, readings, 0)).toEqual([
    { seconds: 1, base: { ok: 90, cpuNs: 0 }, head: { ok: 100, cpuNs: 0 } },
  ])
})

it('leaves out the rest of a second', () => {
  expect(slicesOf([sample([90, 1], [3, 0.1]), sample([100, 1], [2, 0.1])], [], 0)).toHaveLength(1)
})
