import { type MeasuredRow, measuredRows } from '../../figures/ladder.js'
import type { QueueFigures } from '../../figures/queue-figures.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { table } from '../../markup/table.js'
import * as format from '../../words/format.js'
import type { ReportModel } from '../findings/report-model.js'
import { cellName } from './html-sections.js'

const HEADS = [
  'Level and scenario',
  'Phase',
  'Enqueued /s',
  'Done /s',
  'Failed',
  'In flight',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'Max ms',
]

/** Null where no level has a queue that told of itself. */
export function queueSection(model: ReportModel): Markup | null {
  const rows = measuredRows(model.rows).filter(({ measured }) => measured.queue.length > 0)
  if (rows.length === 0) return null
  const lines = rows.flatMap((row) => row.measured.queue.map((queue) => ({ row, queue })))
  return html`${table(
    HEADS,
    lines.map(({ row, queue }) => queueRow(row, queue)),
    HEADS.map((_, index) => index).slice(2),
  )}${lines.map(({ row, queue }) => histogram(row, queue))}`
}

function queueRow(row: MeasuredRow, queue: QueueFigures): Markup {
  const { completion } = queue
  const time = (us: number | undefined) => format.milliseconds(us ?? null)
  const cells = [
    format.rate(queue.enqueuedRate),
    format.rate(queue.doneRate),
    format.integer(queue.failed),
    `${format.integer(queue.depthMin)} – ${format.integer(queue.depthMax)}`,
    time(completion?.p50Us),
    time(completion?.p95Us),
    time(completion?.p99Us),
    time(completion?.maxUs),
  ]
  return html`${cellName(row)}<td>${queue.phase}</td>${cells.map((cell) => html`<td class="num">${cell}</td>`)}`
}

function histogram(row: MeasuredRow, { phase, completion }: QueueFigures): Markup | null {
  if (completion === null) return null
  const heads = ['From enqueued to done, at most ms', 'Tasks', 'Share']
  const rows = completion.histogram.map(
    ({ leUs, count }) =>
      html`<th scope="row" class="num">${format.milliseconds(leUs)}</th><td class="num">${format.integer(count)}</td><td class="num">${format.percent(count / completion.count)}</td>`,
  )
  return html`<details><summary>Histogram: ${row.scenario}, ${phase} phase</summary>${table(heads, rows, [0, 1, 2])}</details>`
}
