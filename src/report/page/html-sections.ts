import { conditionsText } from '../../figures/conditions-text.js'
import { type Accounting, failuresOf } from '../../figures/fold-repeats.js'
import { type LadderRow, type MeasuredRow, measuredRows } from '../../figures/ladder.js'
import { validityWords } from '../../figures/validity-text.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { levelColour } from '../../markup/palette.js'
import { factsList, number, table } from '../../markup/table.js'
import { exampleLines, kindsText } from '../../stats/validity/errors-text.js'
import * as format from '../../words/format.js'
import type { ReportModel } from '../findings/report-model.js'
import { levelName } from './html-ladder.js'

export function errorsSection(model: ReportModel): Markup {
  const rows = measuredRows(model.rows)
  const phases = rows.flatMap((row) => phaseRows(row))
  const failed = phases.filter(({ accounting }) => failuresOf(accounting) > 0)
  if (failed.length === 0) {
    const total = phases.reduce((sum, { accounting }) => sum + accounting.counts.sent, 0)
    return html`<p>${rows.length === 0 ? 'Nothing was measured.' : `None in ${format.plural(total, 'request')}: every answer was as its scenario expects.`}</p>`
  }
  return table(
    ['Level and scenario', 'Phase', ...ACCOUNT_HEADS, 'Most frequent'],
    failed.map(({ row, phase, accounting, errors }) => {
      const lines = [...kindsText(errors), ...exampleLines(errors)]
      const top = lines.map((text) => html`<span class="sub wrap">${text}</span>`)
      return html`${cellName(row)}<td>${phase}</td>${accountCells(accounting)}<td class="wrap">${top}</td>`
    }),
    ACCOUNT_HEADS.map((_, index) => index + 2),
  )
}

/** Both phases of a row, with where their requests went. */
export function phaseRows(row: MeasuredRow) {
  const { measured } = row
  return [
    { row, phase: 'capacity', accounting: measured.accounting, errors: measured.errors },
    ...measured.phases.map(({ accounting, errors, repeats }) => ({
      row,
      phase: measured.phases.length > 1 ? `latency, repeat ${repeats.join(', ')}` : 'latency',
      accounting,
      errors,
    })),
  ]
}

export const ACCOUNT_HEADS = [
  'Scheduled',
  'As expected',
  'Bad status',
  'Bad body',
  'Timeout',
  'Connection',
  'Unfinished',
  'Unsent',
] as const

export function accountCells({ scheduled, unsent, counts }: Accounting): Markup {
  const { ok, badStatus, badBody, timeout, connectionError, unfinished } = counts
  return html`${[scheduled, ok, badStatus, badBody, timeout, connectionError, unfinished, unsent].map(number)}`
}

export function workersSection(model: ReportModel): Markup {
  const rows = measuredRows(model.rows).filter(
    ({ measured: { workers } }) => workers !== null && (workers.expected > 1 || workers.unknown !== null),
  )
  if (rows.length === 0) return html`<p>No level with more than one worker told what each of them served.</p>`
  return table(
    ['Level and scenario', 'Workers', 'Share of the requests', 'Largest ÷ mean', 'Came or went'],
    rows.map((row) => {
      const { workers } = row.measured
      if (workers === null || workers.unknown !== null)
        return html`${cellName(row)}<td colspan="4" class="warn">not known: ${workers?.unknown}</td>`
      const total = workers.shares.reduce((sum, share) => sum + share.requests, 0)
      const shares = [...workers.shares].sort((a, b) => b.requests - a.requests)
      const text = shares.map((share) => format.percent(total === 0 ? 0 : share.requests / total)).join(', ')
      return html`${cellName(row)}<td class="num">${workers.shares.length} of ${workers.expected}</td><td>${strip(
        shares.map((share) => share.requests),
        levelColour(row.level.number),
      )}<span class="sub">${text}</span></td><td class="num">${workers.skew === null ? '–' : workers.skew.toFixed(2)}</td>${number(workers.changed)}`
    }),
    [1, 3, 4],
  )
}

/** Segments side by side, as wide as their share. */
function strip(values: readonly number[], colour: string): Markup {
  const total = values.reduce((sum, value) => sum + value, 0)
  let x = 0
  const segments = values.map((value) => {
    const width = total === 0 ? 0 : Math.round((value / total) * 2000) / 10
    const segment = html`<rect x="${Math.round(x * 10) / 10}" width="${width}" height="16" fill="${colour}"/>`
    x += width
    return segment
  })
  return html`<svg class="strip" viewBox="0 0 200 16" preserveAspectRatio="none" aria-hidden="true">${segments}</svg>`
}

export function resourcesSection(model: ReportModel): Markup {
  const rows = measuredRows(model.rows)
  if (rows.length === 0) return html`<p>Nothing was measured.</p>`
  return table(
    [
      'Level and scenario',
      'CPU per request, µs',
      'CPU used, cores',
      'Memory peak (RSS)',
      'Generator CPU',
      'Generator delay p99, ms',
      'CPU stolen',
    ],
    rows.map((row) => {
      const { measured } = row
      const each = (text: (use: (typeof measured.usage)[number]) => string) =>
        html`<td>${measured.usage.map((use) => html`<span class="sub">${use.name}: ${text(use)}</span>`)}</td>`
      return html`${cellName(row)}<td class="num">${format.cpuMicroseconds(measured.cpuPerRequestUs)}</td>${each((use) => use.cores.toFixed(2))}${each((use) => format.bytes(use.rssPeakBytes))}<td class="num">${format.percent(measured.generator.cpuShare)}</td><td class="num">${format.milliseconds(measured.generator.loopDelayP99Us)}</td><td class="num">${format.percent(measured.stealShare)}</td>`
    }),
    [1, 4, 5, 6],
  )
}

export function environmentSection(model: ReportModel): Markup {
  if (model.machine === null || model.settings === null) return html`<p>There is no run.</p>`
  const facts = [
    ...conditionsText(model.machine, model.settings, model.elsewhere),
    ...model.services.map(({ level, text }) => [`Services of ${level}`, text] as const),
  ]
  return factsList(facts)
}

export function warningsSection(model: ReportModel): Markup {
  if (model.warnings.length === 0) return html`<p>None.</p>`
  return html`<ul>${model.warnings.map(({ where, text }) => html`<li class="wrap"><strong>${where}:</strong> ${text}</li>`)}</ul>`
}

export function runsSection(model: ReportModel): Markup {
  const others = model.leftOut.map(
    (group) =>
      html`<li class="wrap">${format.list(group.runIds)}: ${format.list(group.differences.map(({ what, here, there }) => `${what} ${there} instead of ${here}`))}.</li>`,
  )
  return html`${table(
    [
      'Run',
      'Started',
      'State',
      'Completed',
      'Failed',
      'Skipped',
      'Planned',
      'Commit',
      'rungs',
      'In the ladder',
    ],
    model.runs.map(
      (run) =>
        html`<th scope="row" class="wrap">${run.id}</th><td>${format.instant(run.startedAt)}</td><td>${run.state}</td>${[run.completed, run.failed, run.skipped, run.planned].map(number)}<td>${run.commit ?? '–'}</td><td>${run.toolVersion}</td><td>${run.comparable ? (run.rows === 0 ? 'no: newer figures' : format.plural(run.rows, 'row')) : 'no: not comparable'}</td>`,
    ),
    [3, 4, 5, 6],
  )}${others.length === 0 ? null : html`<h3>Not mixed in, since machine or settings differ</h3><ul>${others}</ul>`}`
}

export function readingSection(): Markup {
  const entries: readonly (readonly [string, string])[] = [
    [
      'Throughput',
      'Capacity, measured under a closed loop: answers as the scenario expects (status and body), divided by the measured time. A fast error is never throughput. With repeats: the median, with the lowest and the highest.',
    ],
    [
      'Latency',
      'Measured under an open loop: requests are sent on a fixed schedule, whatever becomes of the earlier ones, and timed from the moment at which each was to be sent. So a stall of the service shows in every request that it delays, as it would to users. p50, p95 and p99 hold at the stated rate of arrivals, and say nothing of a higher one. ≥ marks a percentile that may be higher, since too many requests had no answer when it was taken.',
    ],
    [
      'Service time and send lag',
      'Latency is the send lag (from the intended to the real moment of sending) and the service time (from the real moment of sending to the answer). A large send lag means that connections or the generator were held up; the generator’s own lateness is told apart, and judged: most of what is measured must not be the instrument’s.',
    ],
    [
      'Service time at full load (closed loop)',
      'Each connection sends its next request when the last one is answered, so the service is always as busy as it can be. It is in the details only: it is not the latency that users see at a given rate, and a stall shows in few of its requests.',
    ],
    [
      'Speed-up',
      'Throughput divided by that of the lowest level with a valid figure on the same scenario. Its range divides the lowest repeat by the highest and the other way round: it is the widest that the repeats allow, not a confidence interval.',
    ],
    [
      'CPU per request',
      'CPU time of the level’s own processes, divided by the answers as expected. Services such as the database are listed apart.',
    ],
    [
      'Validity',
      'Machine-busy: other guests of the host or other processes took too much of the CPU time, or the load generator had to wait for a core. Generator-bound: the load generator, not the service, set the limit, or it had no open file or port left. Locked-out: users never got past their log-in. Unreconciled: client and server do not agree on how many requests there were. Noisy: the repeats differ too much, in throughput (capacity) or in p50 or p99 (latency). Unsteady: the capacity was still rising or falling, or a step went well and from some second on failed to the end, so that the figures are of more than one state. Overloaded, of a valid latency: the service held all connections, and requests were left unsent or were answered ever later until the schedule ended. No data: nothing was answered. Capacity and latency are judged apart, and nothing is concluded from a phase that is not valid.',
    ],
    [
      'Largest ÷ mean',
      'How evenly the workers shared the requests, in the repeat in which they were least even: 1 is even, 2 means that the busiest served twice the mean.',
    ],
  ]
  return factsList(entries)
}

export function cellName(row: LadderRow): Markup {
  const words = row.measured === null ? 'valid' : validityWords(row.measured)
  const mark = words === 'valid' ? null : `, not valid: ${words}`
  return html`<th scope="row" class="wrap">${levelName(row)}<span class="sub">${row.scenario}${mark}</span></th>`
}
