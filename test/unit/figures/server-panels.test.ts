import { describe, expect, it } from 'vitest'
import { downSample, type Point } from '../../../src/figures/down-sample.js'
import { serverPanels } from '../../../src/figures/server-panels.js'
import type { Timeline } from '../../../src/model/run/timeline.js'

describe('down-sampling', () => {
  const flat = (length: number): Point[] => Array.from({ length }, (_, x): Point => [x, 1])

  it('keeps few points as they are', () => {
    expect(downSample(flat(10), 10)).toEqual(flat(10))
  })

  it('never loses a spike or a dip, and keeps the order of time', () => {
    const points: Point[] = flat(3_600).map(([x]) => [x, x === 1_801 ? 900 : x === 1_807 ? -5 : 1])
    const kept = downSample(points, 100)
    expect(kept.length).toBeLessThanOrEqual(100)
    expect(kept).toContainEqual([1_801, 900])
    expect(kept).toContainEqual([1_807, -5])
    expect(kept.map(([x]) => x)).toEqual(kept.map(([x]) => x).sort((a, b) => a - b))
  })

  it('keeps a gap where a whole stretch is missing', () => {
    const points: Point[] = flat(100).map(([x]) => [x, x >= 40 && x < 60 ? null : 1])
    expect(downSample(points, 10).filter(([, y]) => y === null)).not.toEqual([])
  })
})

describe('panels', () => {
  const timeline = (series: Timeline['series']): Timeline => ({ atSeconds: [0, 1], series })

  it('shows only what was seen, in units for people', () => {
    const panels = serverPanels(
      timeline([
        { of: 'app', what: 'rss', values: [1_048_576, null] },
        { of: 'app', what: 'loop-delay-p99', values: [null, null] },
        { of: 'machine', what: 'steal', values: [0.01, 0.02] },
      ]),
    )
    expect(panels).toEqual([
      {
        title: 'Memory (RSS)',
        unit: 'MiB',
        left: 0,
        lines: [
          {
            label: 'app',
            points: [
              [0, 1],
              [1, null],
            ],
          },
        ],
      },
      {
        title: 'Machine',
        unit: '% of CPU time',
        left: 0,
        lines: [
          {
            label: 'stolen',
            points: [
              [0, 1],
              [1, 2],
            ],
          },
        ],
      },
    ])
    expect(serverPanels(undefined)).toEqual([])
  })

  it('draws whole process trees where there are any, and their processes otherwise', () => {
    const of = (...names: string[]) =>
      serverPanels(timeline(names.map((name) => ({ of: name, what: 'cpu', values: [1, 1] }))))[0]?.lines.map(
        ({ label }) => label,
      )
    expect(of('app', 'app/12', 'postgres')).toEqual(['app', 'postgres'])
    expect(of('app/12', 'app/13')).toEqual(['app/12', 'app/13'])
  })

  it('says how many lines it leaves out', () => {
    const workers = Array.from({ length: 9 }, (_, index) => `worker ${index}`)
    const [panel] = serverPanels(timeline(workers.map((of) => ({ of, what: 'requests', values: [1, 2] }))))
    expect([panel?.lines.length, panel?.left]).toEqual([7, 2])
  })
})
