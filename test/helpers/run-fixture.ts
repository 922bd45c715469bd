import type { SloResult } from '../../src/model/plan/slo.js'
import type { CompletedOutcome, Outcome, Validity } from '../../src/model/run/outcome.js'
import type { Cell, Run, RunLevel } from '../../src/model/run/run.js'
import type { Timeline } from '../../src/model/run/timeline.js'
import { createHistogram, encodeHistogram, record } from '../../src/stats/estimate/histogram.js'
import { type LatencySpec, makeLatencyPhase } from './open-loop-fixture.js'

/** What a made-up cell should show; everything else follows from it. */
export interface CellSpec {
  level: string
  scenario: string
  repeat?: number
  /** Answers as expected per second. */
  throughput: number
  /** Middle of the open loop's latencies in µs; p99 is about 4 times it, and service time at full load three times. */
  latencyUs?: number
  /** Latencies of the open loop in µs, each as often as the others, instead. */
  latenciesUs?: number[]
  /** More of the open-loop phase; null: only capacity was measured. */
  latency?: Partial<LatencySpec> | null
  slo?: SloResult[]
  /** What the server showed over time, in both phases. */
  timeline?: Timeline
  errors?: Partial<Record<'badStatus' | 'badBody' | 'timeout' | 'connectionError', number>>
  cpuPerRequestUs?: number
  rssPeakBytes?: number
  shares?: number[]
  validity?: Validity
  warnings?: string[]
}

export interface RunSpec {
  id?: string
  startedAt?: string
  seed?: number
  durationSeconds?: number
  levels?: Partial<RunLevel>[]
  scenarios?: string[]
  cells: (CellSpec | { level: string; scenario: string; repeat?: number; outcome: Outcome })[]
  machine?: Partial<Run['machine']>
  settings?: Partial<Run['settings']>
  warnings?: string[]
  state?: Run['state']
  commit?: string
}

/** A number from 0 to 1, the next of a seeded series (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const LEVELS: Readonly<Record<string, { name: string; title: string; workers: number }>> = {
  '0': { name: 'single', title: 'One process', workers: 1 },
  '1': { name: 'cluster', title: 'Cluster', workers: 2 },
  '2': { name: 'supervised', title: 'Supervised by PM2', workers: 2 },
}

/** A run that fits the schema, with real histograms; the same spec gives the same run. */
export function makeRun(spec: RunSpec): Run {
  const startedAt = spec.startedAt ?? '2025-11-21T09:00:00.000Z'
  const random = seeded(spec.seed ?? 1)
  const seconds = spec.durationSeconds ?? 10
  const keys = [...new Set(spec.cells.map((cell) => cell.level))].sort()
  const scenarios = spec.scenarios ?? [...new Set(spec.cells.map((cell) => cell.scenario))]
  const cells = spec.cells.map((cell) => makeCell(cell, startedAt, seconds, random))
  return {
    schemaVersion: 1,
    kind: 'run',
    tool: { name: 'rungs', version: '0.1.0' },
    id: spec.id ?? `${startedAt.slice(0, 19).replaceAll(':', '-')}-fixture`,
    startedAt,
    finishedAt: startedAt,
    state: spec.state ?? 'completed',
    git: { commit: spec.commit ?? '0123456789abcdef0123456789abcdef01234567', branch: 'main', dirty: false },
    machine: {
      hostname: 'bench-1',
      os: 'Debian GNU/Linux 12',
      kernel: '6.1.0',
      cpuModel: 'AMD EPYC 7B13',
      cores: 4,
      usableCores: 4,
      memoryBytes: 8_589_934_592,
      memoryLimitBytes: null,
      node: 'v20.20.2',
      ...spec.machine,
    },
    settings: {
      durationSeconds: seconds,
      warmupSeconds: 2,
      connections: null,
      timeoutSeconds: 10,
      repeats: Math.max(1, ...spec.cells.map((cell) => cell.repeat ?? 1)),
      latency: cells.some(({ outcome }) => outcome.state === 'completed' && outcome.latency !== null)
        ? { profile: 'steady', arrival: 'uniform', rate: null, share: 0.6, maxConnections: 1_000 }
        : null,
      generators: 1,
      affinity: { generator: [0, 1], service: [2, 3] },
      seed: 42,
      ...spec.settings,
    },
    levels: keys.map((key) => ({ ...makeLevel(key), ...spec.levels?.find((level) => level.key === key) })),
    scenarios: scenarios.map((name) => ({
      name,
      title: `Scenario ${name}`,
      source: 'built-in',
      connections: 32,
      timeoutSeconds: 10,
    })),
    plan: spec.cells.map(({ level, scenario, repeat }) => ({ level, scenario, repeat: repeat ?? 1 })),
    cells,
    warnings: spec.warnings ?? [],
  }
}

function makeLevel(key: string): RunLevel {
  const number = /^\d+$/.test(key) ? Number(key) : null
  const known = LEVELS[key] ?? {
    name: number === null ? key : `rung-${key}`,
    title: `Rung ${key}`,
    workers: 2,
  }
  return {
    key,
    number,
    source: 'built-in',
    bootSeconds: 1.4,
    services: [{ name: 'postgres', source: 'embedded', version: '18.4' }],
    ...known,
  }
}

function makeCell(spec: RunSpec['cells'][number], at: string, seconds: number, random: () => number): Cell {
  const outcome = 'outcome' in spec ? spec.outcome : completed(spec, seconds, random)
  const { level, scenario, repeat } = spec
  return { level, scenario, repeat: repeat ?? 1, startedAt: at, finishedAt: at, outcome }
}

function completed(spec: CellSpec, seconds: number, random: () => number): CompletedOutcome {
  const ok = Math.round(spec.throughput * seconds)
  const errors = { badStatus: 0, badBody: 0, timeout: 0, connectionError: 0, ...spec.errors }
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0)
  const histogram = createHistogram()
  const middle = spec.latencyUs ?? 2_000
  const latencies =
    spec.latenciesUs ?? Array.from({ length: 2_000 }, () => middle * Math.exp(0.6 * normal(random)))
  for (const value of latencies) record(histogram, 3 * value)
  const cpu = spec.cpuPerRequestUs ?? 120
  const rss = spec.rssPeakBytes ?? 104_857_600
  const shares = spec.shares ?? [ok]
  const server = {
    usage: [
      { name: 'web', role: 'web' as const, processes: shares.length, cpuUs: cpu * ok, rssPeakBytes: rss },
      {
        name: 'postgres',
        role: 'service' as const,
        processes: 6,
        cpuUs: cpu * ok * 0.4,
        rssPeakBytes: 41_943_040,
      },
    ],
    workers: {
      expected: shares.length,
      shares: shares.map((requests, index) => ({ workerId: `w${index + 1}`, requests })),
      changed: 0,
      unknown: null,
    },
    stealShare: 0.003,
    busyShare: 0.8,
    observerCpuUs: 40_000,
    ...(spec.timeline === undefined ? {} : { timeline: spec.timeline }),
  }
  const at = (percentile: number) =>
    histogram.totalCount === 0 ? null : histogram.getValueAtPercentile(percentile)
  return {
    state: 'completed',
    sample: {
      engine: 'closed-loop',
      durationUs: seconds * 1_000_000,
      counts: { sent: ok + failed, ok, ...errors, unfinished: 0 },
      statuses: { '200': ok, ...(errors.badStatus > 0 ? { '500': errors.badStatus } : {}) },
      errors: Object.entries(errors).flatMap(([what, count]) => (count > 0 ? [{ what, count }] : [])),
      bytesReceived: ok * 180,
      histogram: encodeHistogram(histogram),
      censored: 0,
      intervals: Array.from({ length: seconds }, (_, second) => ({
        atSeconds: second,
        seconds: 1,
        ok: Math.round(spec.throughput * (0.95 + 0.1 * random())),
        errors: 0,
        p50Us: middle * 3,
        p99Us: middle * 12,
      })),
      steps: [],
      generator: { processes: 1, cpuShare: 0.55, loopDelayP99Us: 900 },
    },
    summary: {
      throughput: spec.throughput,
      p50Us: at(50),
      p95Us: at(95),
      p99Us: at(99),
      maxUs: at(100),
      errorRate: failed === 0 ? 0 : failed / (ok + failed),
      cpuPerRequestUs: cpu,
      rssPeakBytes: rss,
    },
    server,
    validity: spec.validity ?? { state: 'valid', evidence: [] },
    latency:
      spec.latency === null
        ? null
        : makeLatencyPhase({ latenciesUs: latencies, ...spec.latency }, spec.throughput, seconds, server),
    slo: spec.slo ?? [],
    warnings: spec.warnings ?? [],
  }
}

/** Standard normal by Box and Muller's transform. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
