import { workerCpusText } from '../../figures/comparable.js'
import type { LadderResult } from '../../ladder/ladder-result.js'
import { chartConfig } from '../../markup/chart-config.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { renderPage, type Section } from '../../markup/html-page.js'
import { STYLE } from '../../markup/html-style.js'
import type { GateResult } from '../../model/studies/gate.js'
import * as format from '../../words/format.js'
import { calibrationSection } from '../calibration/html-calibration.js'
import { allCharts, type ReportCharts, reportCharts } from '../charts/report-charts.js'
import type { ReportModel } from '../findings/report-model.js'
import { gateLink } from '../gate/gate-doc.js'
import { ladderLink } from '../ladder/ladder-doc.js'
import { answersPart } from '../page/html-answers.js'
import { key, panels, wide } from '../page/html-charts.js'
import { clientScript } from '../page/html-client.js'
import { deploymentData } from '../page/html-deployment.js'
import { detailsSection } from '../page/html-details.js'
import { findingsSection } from '../page/html-findings.js'
import { heatSection } from '../page/html-heat.js'
import { ladderTable } from '../page/html-ladder.js'
import { queueSection } from '../page/html-queue.js'
import {
  environmentSection,
  errorsSection,
  readingSection,
  resourcesSection,
  runsSection,
  warningsSection,
  workersSection,
} from '../page/html-sections.js'
import { sloSection } from '../page/html-slo.js'
import type { LinkedPages } from './told.js'

/** What has pages of its own beside the report. */
export interface Beside {
  readonly gate?: GateResult | null
  readonly ladder?: LadderResult | null
  /** How many runs are listed. */
  readonly listed?: number
  readonly searches?: readonly LinkedPages[]
}

/** Links to more searches of a kind would hide the answers. */
const MOST_SEARCHES = 4

/**
 * The report as one HTML document that needs nothing else: static charts, and interactive ones where scripts run.
 * The same model gives the same bytes.
 * @param chartLibrary text of Chart.js's UMD build, put into the page
 */
export function renderHtml(model: ReportModel, chartLibrary: string, beside: Beside = {}): string {
  const { gate = null, ladder = null, listed = 0, searches = [] } = beside
  const charts = reportCharts(model)
  const configs = Object.fromEntries(allCharts(charts).map((spec) => [spec.id, chartConfig(spec)]))
  const scripts = [chartLibrary.replace(/\n?\/\/# sourceMappingURL=\S*\s*$/, '\n'), clientScript()]
  return renderPage({
    title: `${model.title} · rungs`,
    style: STYLE,
    skipTo: ['ladder', 'Skip to the ladder'],
    header: html`<p class="brand">rungs</p>
<h1>${model.title}</h1>
${metaLine(model)}${gate === null ? null : gateLink(gate)}${ladder === null ? null : ladderLink(ladder)}${listed > 1 ? html`<p><a href="runs.html">All ${listed} runs and their trends</a></p>` : null}${searches.map(searchLinks)}`,
    before: answersPart(model),
    sections: sections(model, charts),
    footer: 'Made by rungs from result files; nothing in this page is fetched from anywhere.',
    scripts,
    data: { 'chart-data': configs, 'deployment-data': deploymentData(model) },
  })
}

function searchLinks({ title, links }: LinkedPages): Markup | null {
  if (links.length === 0) return null
  const items = links
    .slice(0, MOST_SEARCHES)
    .map(
      ({ href, text, answer }) =>
        html`<li class="wrap"><a href="${href}">${text}</a> <span class="detail">${answer}</span></li>`,
    )
  return html`<p>${title}</p><ul>${items}</ul>`
}

/** Why no latency is drawn. */
function noLatency({ rows }: ReportModel): string {
  const notes = rows.flatMap(({ measured }) => measured?.latencyNote ?? [])
  const some = rows.some(({ measured }) => (measured?.phases.length ?? 0) > 0)
  if (!some)
    return 'Latency was not measured: what a closed loop times at full load is not shown in its place.'
  return `No latency to draw: ${notes[0] ?? 'too few requests for p99'}.`
}

function metaLine(model: ReportModel): Markup {
  const newest = model.runs.find((run) => run.rows > 0) ?? model.runs[0]
  const parts = [
    newest === undefined ? null : format.instant(newest.startedAt),
    newest?.commit === null || newest === undefined ? null : `commit ${newest.commit}`,
    model.machine === null
      ? null
      : `${model.machine.cpuModel}, ${format.plural(model.machine.usableCores, 'core')}`,
    model.settings?.workerCpus ? `each worker ${workerCpusText(model.settings)}` : null,
    model.machine === null ? null : `Node ${model.machine.node.replace(/^v/, '')}`,
  ]
  return html`<p class="meta">${parts.filter((part) => part !== null).map((part) => html`<span>${part}</span>`)}</p>`
}

const NAVIGATION = [
  ['ladder', 'Ladder'],
  ['findings', 'Findings'],
  ['throughput', 'Throughput'],
  ['speedup', 'Speed-up'],
  ['latency', 'Latency'],
  ['percentiles', 'Percentiles'],
  ['heat', 'Heat map'],
  ['objectives', 'Objectives'],
  ['over-time', 'Over time'],
  ['queue', 'Queue'],
  ['details', 'Details'],
  ['errors', 'Errors'],
  ['workers', 'Workers'],
  ['resources', 'CPU and memory'],
  ['environment', 'Environment'],
  ['instrument', 'Instrument error'],
  ['warnings', 'Warnings'],
  ['runs', 'Runs'],
  ['reading', 'How to read this'],
] as const

function sections(model: ReportModel, charts: ReportCharts): Section[] {
  const bodies: Record<
    (typeof NAVIGATION)[number][0],
    { title?: string; lead?: string; body: Markup | null }
  > = {
    ladder: { title: 'The ladder', body: ladderTable(model) },
    findings: {
      lead: 'What else the valid figures show, the gravest first, with the evidence.',
      body: findingsSection(model),
    },
    throughput: {
      lead: 'Capacity (closed loop): answers as expected per second, by level. Whiskers span the repeats; hatched bars are not valid. The figures are in the ladder.',
      body: panels(charts.throughput),
    },
    speedup: {
      lead: 'Throughput against the lowest valid level of the same scenario; the line is 1×, no gain.',
      body: html`${wide(model, charts.speedup)}${
        charts.workers.length === 0
          ? null
          : html`<h3 class="spaced">By the number of workers</h3><p class="hint">The notch is what that many workers would give with a core each, against those of the level compared with.</p>${panels(charts.workers)}`
      }`,
    },
    latency: {
      title: 'Latency under load',
      lead: 'Open loop, at the rate that each group names (only like rates stand side by side): from the moment at which each request was to be sent to its answer. Bars span p50 to p99, the notch is p95; hatched bars are not valid.',
      body: charts.latency.length === 0 ? html`<p>${noLatency(model)}</p>` : wide(model, charts.latency),
    },
    percentiles: {
      title: 'Latency by percentile',
      lead: 'Of all requests of the open loop, at like rates in one chart; every further nine takes as much room as the one before. A line ends where requests had no answer, or where fewer than 5 lie beyond; dashed is not valid.',
      body: charts.percentiles.length === 0 ? null : html`${key(model.levels)}${panels(charts.percentiles)}`,
    },
    heat: {
      title: 'Latency over time',
      lead: 'p50 and p99 of each stretch of the open loop (its slowest second; of fewer than 500 requests p99 is about the slowest), the repeat with the highest p99: a row that stays one colour is steady, bright columns are stalls.',
      body: heatSection(model),
    },
    'over-time': {
      lead: 'Answers as expected per second while capacity was measured (closed loop): a line for each repeat, in its level’s colour.',
      body: html`${key(model.levels)}${panels(charts.overTime)}`,
    },
    objectives: {
      title: 'Service level objectives',
      lead: 'Latencies are judged by the open loop, throughput by the closed one. A rule without data is neither met nor missed.',
      body: sloSection(model),
    },
    queue: {
      lead: 'What the level’s queue says of itself: tasks accepted and done per second, how many were in flight (least to most), and how long they took from enqueued to done. Depth over time is among the details.',
      body: queueSection(model),
    },
    details: {
      title: 'Details of each cell',
      lead: 'Where the time went, what became of every request, and how both phases went beside what the server did.',
      body: detailsSection(model),
    },
    instrument: {
      lead: 'What rungs measures of servers whose latency is known; smaller differences than this error mean nothing.',
      body: calibrationSection(model.calibration, model),
    },
    errors: { body: errorsSection(model) },
    workers: { title: 'Share of each worker', body: workersSection(model) },
    resources: { body: resourcesSection(model) },
    environment: { title: 'Environment and settings', body: environmentSection(model) },
    warnings: { body: warningsSection(model) },
    runs: { body: runsSection(model) },
    reading: { body: readingSection() },
  }
  return NAVIGATION.flatMap(([id, link]) => {
    const { title, lead, body } = bodies[id]
    return body === null ? [] : [{ id, link, title: title ?? link, lead: lead ?? null, body }]
  })
}
