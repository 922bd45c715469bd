import { isValid } from './cell-figures.js'
import { conditionsText } from './conditions-text.js'
import * as format from './format.js'
import { html, type Markup } from './html-escape.js'
import { levelName } from './html-ladder.js'
import type { LadderRow } from './ladder.js'
import { levelColour } from './palette.js'
import type { ReportModel } from './report-model.js'

type Measured = LadderRow & { measured: NonNullable<LadderRow['measured']> }

function measuredRows(model: ReportModel): Measured[] {
  return model.rows.filter((row): row is Measured => row.measured !== null)
}

export function answersSection(model: ReportModel): Markup {
  const texts = (kind: 'finding' | 'caution') => model.answers.filter((answer) => answer.kind === kind)
  const cautions = texts('caution')
  return html`<ul class="findings">${texts('finding').map(
    ({ text, detail }) =>
      html`<li class="wrap">${text}${detail === null ? null : html` <span class="detail">${detail}</span>`}</li>`,
  )}</ul>
${cautions.length === 0 ? null : html`<ul class="cautions" aria-label="Cautions">${cautions.map(({ text }) => html`<li class="wrap">${text}</li>`)}</ul>`}`
}

export function errorsSection(model: ReportModel): Markup {
  const rows = measuredRows(model)
  const total = rows.reduce((sum, row) => sum + row.measured.counts.sent, 0)
  const failed = rows.filter(({ measured: { counts } }) => counts.sent - counts.unfinished > counts.ok)
  if (failed.length === 0) {
    return html`<p>${rows.length === 0 ? 'Nothing was measured.' : `None in ${format.plural(total, 'request')}: every answer was as its scenario expects.`}</p>`
  }
  return table(
    [
      'Level and scenario',
      'Sent',
      'As expected',
      'Bad status',
      'Bad body',
      'Timeout',
      'Connection',
      'Unfinished',
      'Most frequent',
    ],
    failed.map((row) => {
      const { counts, errors } = row.measured
      const kinds = [
        counts.sent,
        counts.ok,
        counts.badStatus,
        counts.badBody,
        counts.timeout,
        counts.connectionError,
        counts.unfinished,
      ]
      const top = errors
        .slice(0, 3)
        .map(({ what, count }) => html`<span class="sub wrap">${format.integer(count)} × ${what}</span>`)
      return html`${cellName(row)}${kinds.map(number)}<td class="wrap">${top}</td>`
    }),
    [1, 2, 3, 4, 5, 6, 7],
  )
}

export function workersSection(model: ReportModel): Markup {
  const rows = measuredRows(model).filter(
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
  const rows = measuredRows(model)
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
    ...conditionsText(model.machine, model.settings),
    ...model.services.map(({ level, text }) => [`Services of ${level}`, text] as const),
  ]
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
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
      'Answers as the scenario expects (status and body), divided by the measured time. A fast error is never throughput. With repeats: the median, with the lowest and the highest.',
    ],
    [
      'Latency at full load (closed loop)',
      'Each connection sends its next request when the last one is answered, so the service is always as busy as it can be. p50, p95 and p99 are service times under that load. They are not the latency that users see at a given rate of arrivals, and a stall of the service shows in few of them. ≥ marks a percentile that may be higher, since too many requests had no answer when it was taken.',
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
      'Generator-bound: the load generator, not the service, set the limit. Unreconciled: client and server do not agree on how many requests there were. Noisy: the repeats differ too much, or the machine was taken away. No data: nothing was answered. Nothing is concluded from a cell that is not valid.',
    ],
    [
      'Largest ÷ mean',
      'How evenly the workers shared the requests, in the repeat in which they were least even: 1 is even, 2 means that the busiest served twice the mean.',
    ],
  ]
  return html`<dl class="facts">${entries.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`
}

function cellName(row: LadderRow): Markup {
  return html`<th scope="row" class="wrap">${levelName(row)}<span class="sub">${row.scenario}${isValid(row) ? null : ' (not valid)'}</span></th>`
}

function number(value: number): Markup {
  return html`<td class="num">${format.integer(value)}</td>`
}

/** @param numeric columns whose heads stand above numbers */
export function table(heads: readonly string[], rows: readonly Markup[], numeric: readonly number[]): Markup {
  const head = heads.map(
    (text, index) => html`<th scope="col"${numeric.includes(index) ? html` class="num"` : null}>${text}</th>`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${heads[0]}"><table><thead><tr>${head}</tr></thead><tbody>
${rows.map((row) => html`<tr>${row}</tr>\n`)}</tbody></table></div>`
}
