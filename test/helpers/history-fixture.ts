import type { HistoryEntry } from '../../src/model/studies/gate-history.js'

export function historyEntry(
  index: number,
  estimate: number,
  changes: Partial<HistoryEntry> = {},
): HistoryEntry {
  const day = String(index + 1).padStart(2, '0')
  const figure = { n: 9, estimate, lower: estimate - 0.01, upper: estimate + 0.01 }
  return {
    schemaVersion: 1,
    gate: `gate-${index}`,
    startedAt: `2026-03-${day}T12:00:00.000Z`,
    base: { name: 'v1.2.0', commit: 'aaaaaaaaaaaa' },
    head: { name: '.', commit: `${day}cccccccccc`, dirty: false },
    machine: { cpuModel: 'Example CPU', usableCores: 2, node: 'v20.19.0' },
    level: '0',
    verdict: 'pass',
    figures: [
      { scenario: 'simple', metric: 'throughput', ...figure },
      { scenario: 'simple', metric: 'cpu', ...figure, estimate: 0 },
    ],
    ...changes,
  }
}

/** Twelve gates at about 0, twelve at about +5 %. */
export function historyEntries(): HistoryEntry[] {
  return Array.from({ length: 24 }, (_, i) => historyEntry(i, (i < 12 ? 0 : 0.05) + 0.002 * Math.sin(5 * i)))
}
