import type { GateMetric, GateSettings } from './gate.js'

/** The method's own figures, where the user gives no others. */
export const GATE_DEFAULTS = {
  threshold: 0.05,
  noiseFloor: 0.01,
  alpha: 0.01,
  beta: 0.05,
  looks: [9, 12, 16, 20],
  earlyLooks: [3, 4, 6, 8],
  p99Requests: 10_000,
  maxDroppedShare: 1 / 3,
  load: {
    connections: 16,
    warmupSeconds: 2,
    slices: 3,
    latencySeconds: 1,
    latencyShare: 0.3,
    maxConnections: 256,
  },
} as const satisfies Partial<GateSettings>

/** Latency in each block where a 95th or 99th percentile is compared, in seconds. */
export const TAIL_LATENCY_SECONDS = 2

/**
 * What is compared where the user does not say. A 95th or 99th percentile varies so much from block to block that few
 * gates could ever pass by it: it is for those who ask.
 */
export const GATE_METRICS = ['throughput', 'cpu', 'p50'] as const satisfies GateMetric[]
