import { conditionsKey, loadText } from '../../figures/comparable.js'
import { cellGroups } from '../../figures/level-ref.js'
import { byStart } from '../../model/run/record.js'
import type { Cell, Run } from '../../model/run/run.js'
import { type ReadRuns, scanRuns } from '../../records/results.js'
import { type IndexEntry, indexEntry } from './run-index.js'

/**
 * Reads every run of a folder for the report and the list of all runs. Of a thousand runs the report shows few: what a
 * newer comparable run measured again is kept without its samples, so that a folder of any size fits the memory.
 * @throws UserError when there is no run that can be read
 */
export async function scanForReport(dir: string): Promise<ReadRuns & { readonly index: IndexEntry[] }> {
  const index: IndexEntry[] = []
  const seen = new Seen()
  const scanned = await scanRuns(dir, (run) => {
    index.push(indexEntry(run))
    return seen.keep(run)
  })
  if (!seen.isMistaken) return { ...scanned, index }
  const again = new Seen(seen.leader)
  return { ...(await scanRuns(dir, (run) => again.keep(run))), index }
}

type Leader = Pick<Run, 'startedAt' | 'id'> & { readonly conditions: string }

/** Which cells a newer run has shown already. */
class Seen {
  /** By conditions, level, scenario and load: when the newest run that completed it started. */
  private readonly shown = new Map<string, string>()
  /** Of runs whose samples were left out since they were like those of no newer run so far. */
  private readonly others = new Set<string>()

  /** @param leader the newest run with any cell, as far as it is known */
  constructor(public leader: Leader | null = null) {}

  /** Whether the newest run turned out to be like some that it was thought to be unlike: folders may have any name. */
  get isMistaken(): boolean {
    return this.leader !== null && this.others.has(this.leader.conditions)
  }

  /** The run, without the samples that no report over these runs can show. */
  keep(run: Run): Run {
    const { startedAt } = run
    const conditions = conditionsKey(run)
    const { leader } = this
    const isOther = leader !== null && leader.conditions !== conditions && byStart(run, leader) < 0
    if (isOther) this.others.add(conditions)
    const spent = new Set<Cell>()
    for (const { level, scenario, cells } of cellGroups(run)) {
      const key = JSON.stringify([conditions, level.id, scenario, loadText(run, scenario)])
      const newest = this.shown.get(key)
      if (isOther || (newest !== undefined && newest > startedAt)) for (const cell of cells) spent.add(cell)
      if (newest === undefined && cells.some(({ outcome }) => outcome.state === 'completed'))
        this.shown.set(key, startedAt)
    }
    if (run.cells.length > 0 && (leader === null || byStart(run, leader) > 0))
      this.leader = { startedAt, id: run.id, conditions }
    return spent.size === 0
      ? run
      : { ...run, cells: run.cells.map((cell) => (spent.has(cell) ? withoutSamples(cell) : cell)) }
  }
}

function withoutSamples(cell: Cell): Cell {
  const { outcome } = cell
  if (outcome.state !== 'completed') return cell
  const { engine, durationUs, counts, statuses, bytesReceived, censored, generator } = outcome.sample
  return {
    ...cell,
    outcome: {
      ...outcome,
      sample: {
        engine,
        durationUs,
        counts,
        statuses,
        errors: [],
        bytesReceived,
        histogram: '',
        censored,
        intervals: [],
        steps: [],
        generator,
      },
      server: { ...outcome.server, usage: [], workers: null, timeline: { atSeconds: [], series: [] } },
      latency: null,
      slo: [],
      warnings: [],
    },
  }
}
