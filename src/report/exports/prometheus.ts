import { PLAIN } from '../../model/studies/plain-figures.js'
import type { Summary, SummaryCell, SummaryFigures, SummaryPhase } from '../../model/studies/summary.js'

type Labels = Readonly<Record<string, string>>
type Sample = readonly [suffix: string, labels: Labels, value: number]

interface Metric {
  readonly name: string
  readonly type: 'gauge' | 'counter' | 'summary'
  readonly help: string
  readonly samples: readonly Sample[]
}

const QUANTILES = [
  ['0.5', 'p50Us'],
  ['0.9', 'p90Us'],
  ['0.95', 'p95Us'],
  ['0.99', 'p99Us'],
  ['0.999', 'p999Us'],
  ['1', 'maxUs'],
] as const

/**
 * The text format of Prometheus, 0.0.4: base units (seconds, bytes), a sample for each level, scenario and phase.
 * Figures that are not valid are left out: `rungs_valid` says of which.
 */
export function summaryPrometheus(summary: Summary): string {
  return metricsOf(summary)
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, type, help, samples }) =>
        `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${samples
          .map(([suffix, labels, value]) => `${name}${suffix}${labelText(labels)} ${valueText(value)}\n`)
          .join('')}`,
    )
    .join('')
}

function metricsOf({ cells, runs }: Summary): Metric[] {
  const phases = cells.flatMap((cell) =>
    cell.phases.map((phase) => ({ ...phase, labels: phaseLabels(cell, phase) })),
  )
  const each = (of: (figures: SummaryFigures, labels: Labels) => readonly Sample[]) =>
    phases.flatMap(({ figures, labels }) => (figures === null ? [] : of(figures, labels)))
  const gauge = (name: string, help: string, of: (figures: SummaryFigures) => number | null | undefined) => ({
    name,
    type: 'gauge' as const,
    help,
    samples: each((figures, labels) => {
      const value = of(figures)
      return value === null || value === undefined ? [] : [['', labels, value]]
    }),
  })
  const times = (name: string, of: 'latency' | 'service-time', help: string): Metric => ({
    name,
    type: 'summary',
    help,
    samples: each(({ times }, labels) => (times?.of === of ? summarySamples(times, labels) : [])),
  })
  return [
    {
      name: 'rungs_run_info',
      type: 'gauge',
      help: 'A run that figures are from; 1.',
      samples: runs.map(({ id, commit }) => ['', { run: id, commit: commit ?? '' }, 1]),
    },
    {
      name: 'rungs_run_started_timestamp_seconds',
      type: 'gauge',
      help: 'When the run began.',
      samples: runs.flatMap(({ id, startedAt }): Sample[] => {
        const at = Date.parse(startedAt)
        return Number.isNaN(at) ? [] : [['', { run: id }, at / 1_000]]
      }),
    },
    {
      name: 'rungs_valid',
      type: 'gauge',
      help: 'Whether a conclusion may be drawn from a phase: 1, or 0 with the reason; then its figures are left out.',
      samples: phases.map(({ validity, labels }) => [
        '',
        { ...labels, state: validity.state },
        validity.state === 'valid' ? 1 : 0,
      ]),
    },
    {
      name: 'rungs_missed_repeats',
      type: 'gauge',
      help: 'Repeats that gave no figures.',
      samples: cells.flatMap((cell) =>
        (['failed', 'skipped'] as const).flatMap((state): Sample[] => {
          const count = cell.misses.filter((miss) => miss.state === state).length
          return count === 0 ? [] : [['', { ...labelsOf(cell), state }, count]]
        }),
      ),
    },
    gauge(
      'rungs_throughput_requests_per_second',
      'Capacity: answers as expected per second, closed loop, median of the repeats.',
      ({ throughput }) => throughput?.median,
    ),
    gauge(
      'rungs_offered_requests_per_second',
      "Open loop: what arrived, of the profile's 100 %; the middle of the repeats.",
      ({ offered }) => offered && (offered.min + offered.max) / 2,
    ),
    times(
      'rungs_latency_seconds',
      'latency',
      'Open loop: from the intended moment of sending to the answer; what never ended counts as long as it took.',
    ),
    times('rungs_service_time_seconds', 'service-time', 'Closed loop: service time at full load.'),
    {
      name: 'rungs_requests_total',
      type: 'counter',
      help: 'Where every scheduled request went.',
      samples: each(({ counts: { scheduled: _, sent: __, ...outcomes } }, labels) =>
        Object.entries(outcomes).map(
          ([outcome, count]): Sample => [
            '',
            { ...labels, outcome: outcome.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) },
            count,
          ],
        ),
      ),
    },
    gauge(
      'rungs_error_ratio',
      'Of everything that ended, what was not answered as expected.',
      ({ errorShare }) => errorShare,
    ),
    ...PLAIN.map(({ key, metric: { name, help, scale } }) =>
      gauge(name, help, (figures) => {
        const value = figures[key]
        return value === null ? null : value * scale
      }),
    ),
    {
      name: 'rungs_speedup_ratio',
      type: 'gauge',
      help: 'Throughput against the lowest valid level.',
      samples: cells.flatMap((cell): Sample[] =>
        cell.speedup === null ? [] : [['', labelsOf(cell), cell.speedup]],
      ),
    },
    {
      name: 'rungs_slo_met',
      type: 'gauge',
      help: 'Whether an objective is met, 1 or 0; absent without a verdict.',
      samples: cells.flatMap((cell) =>
        cell.slo.flatMap(({ rule, stated, verdict }): Sample[] =>
          verdict === 'no-verdict'
            ? []
            : [['', { ...labelsOf(cell), rule, stated: String(stated) }, verdict === 'met' ? 1 : 0]],
        ),
      ),
    },
  ]
}

function summarySamples(times: NonNullable<SummaryFigures['times']>, labels: Labels): Sample[] {
  return [
    ...QUANTILES.flatMap(([quantile, key]): Sample[] => {
      const us = times[key]
      return us === null ? [] : [['', { ...labels, quantile }, us / 1e6]]
    }),
    ['_sum', labels, (times.meanUs * times.count) / 1e6],
    ['_count', labels, times.count],
  ]
}

function labelsOf({ level, scenario }: SummaryCell): Labels {
  return {
    level: level.key,
    level_name: level.name,
    ...(level.backend === null ? {} : { backend: level.backend }),
    scenario,
  }
}

/** Repeats under unlike loads have a phase each. */
function phaseLabels(cell: SummaryCell, { phase, repeats }: SummaryPhase): Labels {
  const isOne = cell.phases.filter((one) => one.phase === phase).length === 1
  return { ...labelsOf(cell), phase, ...(isOne ? {} : { repeats: repeats.join(' ') }) }
}

function labelText(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',')}}`
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}

function escapeHelp(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
}

/** Without the last digits that floating point adds. */
function valueText(value: number): string {
  return String(Number(value.toPrecision(12)))
}
