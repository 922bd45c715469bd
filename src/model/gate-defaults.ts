import type { GateMetric, GateSettings } from './gate.js'

/** The method's own figures, where the user gives no others. */
export const GATE_DEFAULTS = {
  threshold: 0.05,
  noiseFloor: 0.01,
  alpha: 0.01,
  beta: 0.05,
  looks: [9, 12, 16, 20],
  p99Requests: 10_000,
  maxDroppedShare: 1 / 3,
  load: {
    connections: 16,
    warmupSeconds: 2,
    slices: 4,
    latencySeconds: 3,
    latencyShare: 0.6,
    maxConnections: 256,
  },
} as const satisfies Partial<GateSettings>

/** What is compared where the user does not say; of services by URL nobody knows the CPU time. */
export const GATE_METRICS = ['throughput', 'cpu', 'p50', 'p95', 'p99'] as const satisfies GateMetric[]
