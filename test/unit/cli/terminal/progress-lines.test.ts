import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { together } from '../../../../src/cli/live/together.js'
import { progressLines, timeText } from '../../../../src/cli/terminal/progress-lines.js'
import { Redraw } from '../../../../src/cli/terminal/redraw.js'
import { expectedCellSeconds, RunState } from '../../../../src/cli/terminal/run-state.js'
import { paint } from '../../../../src/markup/paint.js'
import type { Cell, RunLevel } from '../../../../src/model/run/run.js'
import type { CellRef } from '../../../../src/runner/cell/events.js'
import { createHistogram, encodeHistogram, record } from '../../../../src/stats/estimate/histogram.js'

const ref = (index = 1): CellRef => ({
  level: { key: '2', number: 2, name: 'supervised' } as RunLevel,
  scenario: 'db-read',
  repeat: 1,
  index,
  of: 3,
})

function times(...us: readonly number[]): string {
  const histogram = createHistogram()
  for (const one of us) record(histogram, one)
  return encodeHistogram(histogram)
}

const many = (count: number, us: number) => times(...Array<number>(count).fill(us))

function stateAt(nowMs = () => 0): RunState {
  return new RunState({ cellSeconds: 30, readsTimes: true, nowMs })
}

it('says what is measured, how fast now, percentiles so far, errors and how the generator fares', () => {
  const state = stateAt()
  state.onPhase(ref(), 'latency', 10, 1_200)
  expect(progressLines(state.phase!, state.secondsLeft(), 79, paint(false))).toEqual([
    '[1/3] level 2 db-read · latency at 1,200/s · lead-in · 2 min left',
  ])
  state.onTick(ref(), 'latency', { elapsedSeconds: 1, ok: 1_000, errors: 0, histograms: [times(1_000)] })
  state.onTick(ref(), 'latency', {
    elapsedSeconds: 3,
    ok: 3_200,
    errors: 12,
    faults: [{ what: 'status 503', count: 12 }],
    // Two generators: their times are added up, never averaged.
    histograms: [many(900, 1_000), many(100, 2_000)],
    busyShare: 0.34,
    ownLagUs: 20,
  })
  expect(progressLines(state.phase!, 62, 79, paint(false))).toEqual([
    '[1/3] level 2 db-read · latency at 1,200/s · ━━━━╌╌╌╌╌╌╌╌ 3 of 10 s · 62 s left',
    '  1,100/s · 12 errors · latency p50 1.00, p95 2.00, p99 2.00 ms',
    '  load generator 34 % busy, itself late by 0.020 ms (p99)',
  ])
  for (const width of [60, 40, 20]) {
    const narrow = progressLines(state.phase!, 62, width, paint(true))
    const drawn: string[] = []
    new Redraw(
      (text) => drawn.push(text),
      () => width + 1,
    ).draw(narrow)
    for (const line of stripVTControlCharacters(drawn.join('')).replace('\r', '').split('\n')) {
      expect([...line].length).toBeLessThanOrEqual(width)
    }
  }
})

it('calls what a closed loop takes service time, and forgets all at the next phase', () => {
  const state = stateAt()
  state.onPhase(ref(), 'measure', 5)
  state.onTick(ref(), 'measure', { elapsedSeconds: 1, ok: 10, errors: 1, histograms: [many(500, 5_000)] })
  expect(progressLines(state.phase!, null, 79, paint(false))[1]).toBe(
    '  10/s · 1 error · service time p50 5.00, p95 5.00, p99 5.00 ms',
  )
  state.onPhase(ref(), 'latency', 5, 20)
  state.onTick(ref(), 'latency', { elapsedSeconds: 1, ok: 4, errors: 0, histograms: [many(499, 1_000)] })
  // One request more, and there is a p99.
  expect(state.phase).toMatchObject({ perSecond: 4, errors: 0, soFar: { p95Us: 1_000, p99Us: null } })
})

it('estimates the time left from the settings, then from the cells that are done', () => {
  let now = 0
  const state = stateAt(() => now)
  state.onPhase(ref(1), 'setup', 0)
  expect(state.secondsLeft()).toBe(90)
  now = 20_000
  expect(state.secondsLeft()).toBe(70)
  now = 45_000 // Longer than thought, but what the phase still takes is known.
  state.onPhase(ref(1), 'latency', 10, 5)
  expect(state.secondsLeft()).toBe(70)
  state.onCell(ref(1), {
    outcome: { state: 'completed' },
    startedAt: '2026-01-31T09:00:00.000Z',
    finishedAt: '2026-01-31T09:00:50.000Z',
  } as Cell)
  expect(state.secondsLeft()).toBeNull()
  state.onPhase(ref(2), 'setup', 0)
  expect(state.secondsLeft()).toBe(100)
  const settings = {
    warmupSeconds: 2,
    durationSeconds: 10,
    latency: null,
    affinity: { generator: [0], service: [1] },
  }
  expect(expectedCellSeconds(settings)).toBe(16)
  // Four warm-ups: 8 s, 1 s, 8 s and 2 s at least.
  expect(expectedCellSeconds({ ...settings, workerCpus: 0.1 }, 8)).toBe(12 + 12 + 3 + 4 + 12)
  expect(timeText(3_900)).toBe('1 h 05 min')
})

it('draws over as many lines as it has drawn, and leaves none', () => {
  const drawn: string[] = []
  const redraw = new Redraw(
    (text) => drawn.push(text),
    () => 80,
  )
  redraw.clear()
  expect(drawn).toEqual([])
  redraw.draw(['a', 'b', 'c'])
  redraw.draw(['d'])
  redraw.clear()
  expect(drawn).toEqual(['\ra\x1b[K\nb\x1b[K\nc\x1b[K\x1b[J', '\r\x1b[2Ad\x1b[K\x1b[J', '\r\x1b[J'])
})

it('tells every listener', () => {
  const told: string[] = []
  const listener = (name: string) => ({
    onPhase: () => told.push(name),
    onTick: () => told.push(`${name} tick`),
  })
  const all = together(listener('a') as never, {}, listener('b') as never)
  all.onPhase?.(ref(), 'measure', 1)
  all.onTick?.(ref(), 'measure', { elapsedSeconds: 1, ok: 1, errors: 0 })
  all.onBoot?.(ref().level)
  expect(told).toEqual(['a', 'b', 'a tick', 'b tick'])
})
