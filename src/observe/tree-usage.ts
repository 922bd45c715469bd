import type { ProcessRow } from './process-table.js'

/** The roots that still exist and all their descendants. */
export function treeOf(table: ReadonlyMap<number, ProcessRow>, roots: readonly number[]): ProcessRow[] {
  const children = new Map<number, ProcessRow[]>()
  for (const row of table.values()) {
    const siblings = children.get(row.ppid)
    if (siblings) siblings.push(row)
    else children.set(row.ppid, [row])
  }
  const found: ProcessRow[] = []
  const queue = roots.flatMap((pid) => table.get(pid) ?? [])
  for (let row = queue.pop(); row; row = queue.pop()) {
    found.push(row)
    queue.push(...(children.get(row.pid) ?? []))
  }
  return found
}

/**
 * CPU time and memory of one process tree from successive looks at it. A process that came counts from its start, one
 * that went counts up to the last look; so a look every second misses at most a second of a process that ended.
 */
export class TreeUsage {
  readonly #first = new Map<string, number>()
  readonly #last = new Map<string, number>()
  #looks = 0
  #processes = 0
  #rssPeakBytes = 0

  look(rows: readonly ProcessRow[]): void {
    for (const row of rows) {
      const key = `${row.pid}@${row.startedAt}`
      if (!this.#first.has(key)) this.#first.set(key, this.#looks === 0 ? row.cpuUs : 0)
      this.#last.set(key, row.cpuUs)
    }
    this.#looks += 1
    this.#processes = rows.length
    const rssBytes = rows.reduce((sum, row) => sum + row.rssBytes, 0)
    this.#rssPeakBytes = Math.max(this.#rssPeakBytes, rssBytes)
  }

  /** CPU in µs between the first look and the last; the number of processes at the last; the highest sum of RSS. */
  total(): { cpuUs: number; processes: number; rssPeakBytes: number } {
    let cpuUs = 0
    for (const [key, last] of this.#last) cpuUs += last - (this.#first.get(key) ?? 0)
    return { cpuUs, processes: this.#processes, rssPeakBytes: this.#rssPeakBytes }
  }
}
