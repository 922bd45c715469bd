import { describe, expect, it } from 'vitest'
import type { Series } from '../../../src/model/run/timeline.js'
import type { Reading } from '../../../src/observe/observer.js'
import { MOST_MEMBERS, MOST_SAMPLES, TimelineRecorder } from '../../../src/observe/timeline-recorder.js'

function machine(what: Series['what'], value: number): Reading {
  return { of: 'machine', what, value }
}

describe('TimelineRecorder', () => {
  it('has null for what was not seen: before it came, while it was gone', () => {
    const recorder = new TimelineRecorder()
    recorder.add(1, [machine('busy', 0.5)])
    recorder.add(2.0004, [machine('busy', 0.25), machine('steal', 0)])
    recorder.add(3, [machine('steal', 0.125)])
    expect(recorder.timeline()).toEqual({
      atSeconds: [1, 2, 3],
      series: [
        { of: 'machine', what: 'busy', values: [0.5, 0.25, null] },
        { of: 'machine', what: 'steal', values: [null, 0, 0.125] },
      ],
    })
  })

  it('merges neighbours when it gets long: the mean of rates, the highest of memory and delays', () => {
    const recorder = new TimelineRecorder()
    for (let second = 1; second <= MOST_SAMPLES; second++) {
      const odd = second % 2 === 1
      recorder.add(second, [
        machine('cpu', odd ? 0.2 : 0.4),
        machine('rss', odd ? 100 : 50),
        machine('loop-delay-p99', odd ? 9 : 1),
        ...(odd ? [machine('gc', 0.5)] : []),
      ])
    }
    const { atSeconds, series } = recorder.timeline()
    expect(atSeconds).toEqual(Array.from({ length: MOST_SAMPLES / 2 }, (_, i) => 2 * i + 2))
    expect(Object.fromEntries(series.map(({ what, values }) => [what, [...new Set(values)]]))).toEqual({
      cpu: [0.3],
      rss: [100],
      'loop-delay-p99': [9],
      gc: [0.5],
    })
  })

  it('stays small over eight hours, keeps the axis in order and loses no peak', () => {
    const recorder = new TimelineRecorder()
    const seconds = 8 * 3600 + 7
    for (let at = 1; at <= seconds; at++) {
      recorder.add(at, [machine('busy', 0.5), machine('rss', at === 12_345 ? 999 : 1)])
    }
    const { atSeconds, series } = recorder.timeline()
    expect(atSeconds.length).toBeLessThanOrEqual(MOST_SAMPLES)
    expect(atSeconds.length).toBeGreaterThan(MOST_SAMPLES / 4)
    expect(atSeconds.at(-1)).toBe(seconds)
    expect(atSeconds).toEqual(atSeconds.toSorted((a, b) => a - b))
    for (const { values } of series) expect(values).toHaveLength(atSeconds.length)
    expect(series.find(({ what }) => what === 'rss')?.values.filter((value) => value === 999)).toHaveLength(1)
    expect(new Set(series.find(({ what }) => what === 'busy')?.values)).toEqual(new Set([0.5]))
  })

  it('keeps the busiest of a group, and adds up the rest', () => {
    const recorder = new TimelineRecorder()
    const crowd = Array.from({ length: 20 }, (_, i) => i + 1)
    for (const at of [1, 2]) {
      recorder.add(
        at,
        crowd.flatMap((n): Reading[] => [
          { of: `app/${n}`, what: 'cpu', value: n, group: 'app' },
          { of: `app/${n}`, what: 'rss', value: 10, group: 'app' },
          { of: `app/${n}`, what: 'loop-delay-p99', value: 100 * n, group: 'app' },
        ]),
      )
    }
    const { series } = recorder.timeline()
    const cpu = series.filter(({ what }) => what === 'cpu')
    expect(cpu).toHaveLength(MOST_MEMBERS + 1)
    expect(cpu.map(({ of }) => of)).not.toContain('app/4')
    expect(cpu.map(({ of }) => of)).toContain('app/5')
    expect(series.filter(({ of }) => of === 'app/others')).toEqual([
      { of: 'app/others', what: 'cpu', values: [10, 10] },
      { of: 'app/others', what: 'rss', values: [40, 40] },
      { of: 'app/others', what: 'loop-delay-p99', values: [400, 400] },
    ])
  })

  it('stays small when things come and go all the time, and loses none of their sum', () => {
    const recorder = new TimelineRecorder()
    for (let at = 1; at <= 500; at++) {
      recorder.add(at, [
        { of: 'worker old', what: 'requests', value: 50, group: 'workers' },
        { of: `worker ${at}`, what: 'requests', value: 3, group: 'workers' },
      ])
    }
    const { atSeconds, series } = recorder.timeline()
    expect(series).toHaveLength(MOST_MEMBERS + 1)
    expect(series[0]?.of).toBe('worker old')
    for (const index of atSeconds.keys()) {
      expect(series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)).toBe(53)
    }
  })
})
