import type { Reading } from './observer.js'
import type { ProcessRow } from './process-table.js'

/** CPU, memory and threads of one process tree from look to look: of all together, and of each process `NAME/PID`. */
export class ProcessReadings {
  readonly #name: string
  /** CPU in µs by process, at the last look. */
  #before: ReadonlyMap<string, number> | null = null

  constructor(name: string) {
    this.#name = name
  }

  /** @param seconds since the last look; the first look has no CPU share, since there is nothing to compare with. */
  look(rows: readonly ProcessRow[], seconds: number): Reading[] {
    const before = this.#before
    this.#before = new Map(rows.map((row) => [keyOf(row), row.cpuUs]))
    const group = this.#name
    const each = rows.flatMap((row): Reading[] => {
      const of = `${group}/${row.pid}`
      const readings: Reading[] = [{ of, what: 'rss', value: row.rssBytes, group }]
      if (row.threads !== null) readings.push({ of, what: 'threads', value: row.threads, group })
      if (before && seconds > 0) {
        const usedUs = row.cpuUs - (before.get(keyOf(row)) ?? 0)
        readings.push({ of, what: 'cpu', value: Math.max(0, usedUs) / 1e6 / seconds, group })
      }
      return readings
    })
    return [...summed(group, each), ...(rows.length > 1 ? each : [])]
  }
}

function keyOf({ pid, startedAt }: ProcessRow): string {
  return `${pid}@${startedAt}`
}

function summed(of: string, each: readonly Reading[]): Reading[] {
  const totals = new Map<Reading['what'], number>()
  for (const { what, value } of each) totals.set(what, (totals.get(what) ?? 0) + value)
  return [...totals].map(([what, value]) => ({ of, what, value }))
}
