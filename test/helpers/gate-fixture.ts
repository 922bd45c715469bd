import type { GateResult, GateSettings } from '../../src/model/studies/gate.js'
import type {
  ArmRequests,
  GateBlock,
  GateCell,
  GateLatencyPhase,
} from '../../src/model/studies/gate-block.js'
import { GATE_DEFAULTS } from '../../src/model/studies/gate-defaults.js'
import type { GateIdentity } from '../../src/model/studies/gate-identity.js'
import { createHistogram, encodeHistogram, record } from '../../src/stats/estimate/histogram.js'

/** A gate of one scenario with the figures of the method. */
export function gateSettings(changes: Partial<GateSettings> = {}): GateSettings {
  return {
    level: '0',
    scenarios: ['simple'],
    metrics: ['throughput', 'cpu'],
    ...GATE_DEFAULTS,
    looks: [...GATE_DEFAULTS.looks],
    earlyLooks: [...GATE_DEFAULTS.earlyLooks],
    budgetSeconds: 300,
    seed: 7,
    ...changes,
  }
}

/** What is said of two sides that are the same, unless told otherwise. */
export function gateIdentity(changes: Partial<GateIdentity> = {}): GateIdentity {
  const none = { count: 0, sample: [] }
  return { same: true, artefacts: null, differing: none, leftOut: none, notes: [], ...changes }
}

const VALID = { validity: { state: 'valid' as const, evidence: [] }, dropped: null }

/** One scenario in a block in which head is slower by the given log ratios. */
export function gateCell(scenario: string, slower: { throughput: number; cpu: number }): GateCell {
  const slice = (more: number) => ({
    seconds: 1,
    base: { ok: 1000 + more, cpuNs: 500_000_000 },
    head: {
      ok: (1000 + more) * Math.exp(-slower.throughput),
      cpuNs: 500_000_000 * Math.exp(slower.cpu - slower.throughput),
    },
  })
  const clean: ArmRequests = { requests: 2100, errors: 0 }
  return {
    scenario,
    capacity: { slices: [slice(0), slice(100)], base: clean, head: clean, ...VALID },
    latency: null,
  }
}

/** A latency phase whose arms answered each in exactly so many µs. */
export function latencyPhase(baseUs: number, headUs: number, requests: number): GateLatencyPhase {
  const arm = (us: number) => {
    const histogram = createHistogram()
    record(histogram, us, requests)
    return { requests, errors: 0, histogram: encodeHistogram(histogram) }
  }
  return { rate: 1000, seconds: requests / 1000, base: arm(baseUs), head: arm(headUs), ...VALID }
}

export function gateBlock(index: number, cells: GateCell[], changes: Partial<GateBlock> = {}): GateBlock {
  return {
    index,
    startedAt: '2026-01-31T09:05:07.000Z',
    seconds: 12,
    first: index % 2 === 0 ? 'base' : 'head',
    cells,
    rssBytes: { base: 80 * 1_048_576, head: 84 * 1_048_576 },
    ...changes,
  }
}

/** Blocks of one scenario with these log ratios of throughput and CPU. */
export function gateBlocks(differences: readonly number[], scenario = 'simple'): GateBlock[] {
  return differences.map((d, i) => gateBlock(i + 1, [gateCell(scenario, { throughput: d, cpu: d })]))
}

export function gateResult(changes: Partial<GateResult> = {}): GateResult {
  return {
    schemaVersion: 1,
    kind: 'gate',
    tool: { name: 'rungs', version: '0.1.0' },
    id: '2026-01-31T09-05-07-gate',
    startedAt: '2026-01-31T09:05:07.000Z',
    finishedAt: '2026-01-31T09:08:07.000Z',
    state: 'completed',
    machine: {
      hostname: 'ci-1',
      os: 'linux',
      kernel: '6.1',
      cpuModel: 'Example CPU',
      cores: 2,
      usableCores: 2,
      memoryBytes: 8_000_000_000,
      memoryLimitBytes: null,
      node: 'v20.19.0',
    },
    base: {
      name: 'main',
      obtained: { kind: 'ref', commit: '0123456789abcdef', builtBy: ['npm ci', 'npm run build'] },
      digest: 'aaaa',
    },
    head: {
      name: '.',
      obtained: { kind: 'folder', path: '/work/app', commit: 'fedcba9876543210', dirty: true },
      digest: 'bbbb',
    },
    settings: gateSettings(),
    blocks: [],
    decision: null,
    warnings: [],
    ...changes,
  }
}
