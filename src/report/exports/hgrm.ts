import type { LadderRow } from '../../figures/ladder.js'
import { plain } from '../../markup/text-table.js'
import type { Run } from '../../model/run/run.js'
import type { SummaryPhase } from '../../model/studies/summary.js'
import type { Histogram } from '../../stats/estimate/histogram.js'
import { phaseHistogram } from './cell-histograms.js'

/** As HdrHistogram's own tools have it. */
const TICKS_PER_HALF_DISTANCE = 5
const US_PER_MS = 1_000

export interface HgrmFile {
  readonly name: string
  readonly text: string
}

/**
 * Percentile distributions in the format of HdrHistogram's tools and plotters, values in ms: of each cell the latency of
 * the open loop and, named `service-time`, what the closed loop took at full load. The name of what is not valid says so.
 * @throws Error when a histogram cannot be decoded
 */
export function hgrmFiles(rows: readonly LadderRow[], runs: readonly Run[]): HgrmFile[] {
  const taken = new Set<string>()
  return rows.flatMap((row) => {
    const { measured } = row
    if (measured === null) return []
    const phases = [
      { kind: 'service-time', phase: 'capacity' as const, of: measured },
      ...measured.phases.map((of) => ({ kind: 'latency', phase: 'latency' as const, of })),
    ]
    return phases.flatMap(({ kind, phase, of: { repeats, validity } }) => {
      const histogram = phaseHistogram(runs, row, phase, repeats)
      if (histogram === null) return []
      const of = phase === 'latency' && measured.phases.length > 1 ? `.repeat-${repeats.join('-')}` : ''
      const state = validity.state === 'valid' ? '' : `.not-valid-${validity.state}`
      const name = freeName(`${slug(row)}.${kind}${of}${state}`, taken)
      return [{ name: `${name}.hgrm`, text: hgrmText(histogram, kind, row, validity) }]
    })
  })
}

function hgrmText(
  histogram: Histogram,
  kind: string,
  { level, scenario, runId }: LadderRow,
  { state, evidence }: SummaryPhase['validity'],
): string {
  const about = [
    `Of       = ${kind} in ms, level ${level.key} (${level.name}), scenario ${scenario}, run ${runId}`,
    `Validity = ${[state, ...(state === 'valid' ? [] : evidence)].join('; ')}`,
  ]
  const table = histogram.outputPercentileDistribution(TICKS_PER_HALF_DISTANCE, US_PER_MS)
  return `${table}${about.map((line) => `#[${plain(line)}]\n`).join('')}`
}

/** `level-2-db-read`: a file name on every system, whatever the scenario is called. */
function slug({ level, scenario }: LadderRow): string {
  const parts = [level.number === null ? '' : 'level', level.key, level.backend ?? '', scenario]
  return parts
    .map((part) => part.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '-'))
    .join('-')
    .replace(/-+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 48)
}

function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name}-${n}`
  taken.add(free.toLowerCase())
  return free
}
