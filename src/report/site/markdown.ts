import { missWords } from '../../figures/cell-figures.js'
import { workerCpusText } from '../../figures/comparable.js'
import { cellErrors } from '../../figures/error-notes.js'
import type { LadderRow } from '../../figures/ladder.js'
import { type MeasuredRow, measuredRows } from '../../figures/ladder.js'
import { levelLabel, levelText } from '../../figures/level-ref.js'
import { queueText } from '../../figures/queue-figures.js'
import { type FigureText, SHOWN_FIGURES } from '../../figures/shown-figures.js'
import { hasNoVerdict, isMissed, sloBasis, sloVerdict } from '../../figures/slo-figures.js'
import { remarksOf, validityWords } from '../../figures/validity-text.js'
import { escapeMarkdown } from '../../markup/markdown.js'
import * as format from '../../words/format.js'
import { calibrationCautions, calibrationSummary } from '../calibration/calibration-text.js'
import { limitText } from '../findings/limits.js'
import type { ReportModel } from '../findings/report-model.js'
import { SEVERITY_WORDS } from '../findings/severity-text.js'

/** Rows beyond this many are left to the HTML report, so that the summary fits a pull request. */
const MOST_ROWS = 60
const MOST_LINES = 12

/** The report as Markdown for a pull request: the answers, the ladder, what limits it, its own error, and the machine. */
export function renderMarkdown(model: ReportModel): string {
  const findings = model.answers.filter((answer) => answer.kind === 'finding')
  const cautions = model.answers.filter((answer) => answer.kind === 'caution')
  const blocks = [
    `## ${escapeMarkdown(model.title)}`,
    bullets(
      findings.map((answer) =>
        [answer.text, limitText(model.limits, answer), answer.detail && `(${answer.detail})`]
          .filter((part) => part !== null)
          .join(' '),
      ),
    ),
    cautions.length === 0 ? '' : `**Read with care**\n\n${bullets(cautions.map((answer) => answer.text))}`,
    model.rows.length === 0 ? '' : ladder(model),
    failures(model.rows),
    objectives(model.rows),
    further(model),
    queues(model.rows),
    missing(model.rows),
    model.warnings.length === 0
      ? ''
      : `**Warnings**\n\n${bullets(model.warnings.map(({ where, text }) => `${where}: ${text}`))}`,
    instrument(model),
    environment(model),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

const FIGURES = SHOWN_FIGURES.flatMap(({ heads: { markdown }, isText, shown }) =>
  markdown === undefined ? [] : [{ head: markdown, rule: isText ? '---' : '---:', shown }],
)

function ladder(model: ReportModel): string {
  const measured = measuredRows(model.rows)
  const rows = measured.slice(0, MOST_ROWS)
  const rest = measured.length - rows.length
  return [
    line(['Scenario', 'Level', ...FIGURES.map(({ head }) => head), 'Validity']),
    line(['---', '---', ...FIGURES.map(({ rule }) => rule), '---']),
    ...rows.map(ladderLine),
    '',
    `Requests/s: capacity (closed loop). Speed-up: × the lowest level with a valid capacity. Latency: open loop, from the moment at which each request was to be sent, at the stated rate.${rest > 0 ? ` ${format.plural(rest, 'further row')} in the HTML report.` : ''}`,
  ].join('\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function ladderLine(row: MeasuredRow): string {
  const { measured } = row
  const words = validityWords(measured)
  const validity = measured.latency === null && words === 'valid' ? 'valid (capacity)' : words
  return line([
    escapeMarkdown(row.scenario),
    escapeMarkdown(levelLabel(row.level)),
    ...FIGURES.map(({ shown }) => figureText(shown(row, null))),
    [
      words === 'valid' ? validity : `**not valid**: ${validity}`,
      ...remarksOf(measured).map(escapeMarkdown),
    ].join('; '),
  ])
}

function figureText({ text, line = text, mark, range }: FigureText): string {
  return `${line}${mark ?? ''}${range ? ` (${range[0]}–${range[1]})` : ''}`
}

/** What the errors of the table were. */
function failures(rows: readonly LadderRow[]): string {
  const lines = rows.flatMap((row) => {
    const errors = row.measured && cellErrors(row.measured)
    return errors === null ? [] : [`${row.scenario}, ${levelText(row.level)}: ${errors}`]
  })
  return lines.length === 0 ? '' : `**Errors**\n\n${bullets(lines)}`
}

/** The grave findings; notes and what is well are left to the HTML report. */
function further({ findings }: ReportModel): string {
  const grave = findings.filter(({ severity }) => severity === 'red-flag' || severity === 'warning')
  if (grave.length === 0) return ''
  const texts = grave.map(
    ({ severity, sentence, evidence }) =>
      `${SEVERITY_WORDS[severity]}: ${sentence} (${evidence[0]}${evidence.length > 1 ? '; …' : ''})`,
  )
  return `**Findings**\n\n${bullets(texts)}`
}

/** What was not met first, so that a long list never hides it. */
function objectives(rows: readonly LadderRow[]): string {
  const all = rows.flatMap((row) => (row.measured?.slo ?? []).map((slo) => ({ row, slo })))
  if (all.length === 0) return ''
  const place = ({ slo }: (typeof all)[number]) =>
    isMissed(slo) ? (slo.stated ? 0 : 1) : hasNoVerdict(slo) ? 2 : 3
  const lines = [...all]
    .sort((a, b) => place(a) - place(b))
    .slice(0, MOST_ROWS)
    .map(({ row, slo }) => {
      const verdict = isMissed(slo) && slo.stated ? `**${sloVerdict(slo)}**` : sloVerdict(slo)
      const rule = `${slo.rule}${slo.stated ? '' : ' (default)'}`
      return `| ${[row.scenario, levelLabel(row.level), rule].map(escapeMarkdown).join(' | ')} | ${sloBasis(slo)} | ${verdict} |`
    })
  const rest = all.length - lines.length
  return [
    '| Scenario | Level | Objective | Measured | Verdict |',
    '| --- | --- | --- | ---: | --- |',
    ...lines,
    ...(rest > 0 ? ['', `${format.plural(rest, 'further objective')} in the HTML report.`] : []),
  ].join('\n')
}

function queues(rows: readonly LadderRow[]): string {
  const lines = rows.flatMap((row) =>
    (row.measured?.queue ?? []).map(
      (queue) => `${row.scenario}, ${levelText(row.level)}: ${queueText(queue)}`,
    ),
  )
  return lines.length === 0 ? '' : `**Queue**\n\n${bullets(lines)}`
}

function missing(rows: readonly LadderRow[]): string {
  const lines = rows.flatMap((row) => {
    const miss = row.measured === null ? row.misses[0] : row.latencyMisses[0]
    if (miss === undefined) return []
    const fix = miss.fix === null ? '' : `; to run it: ${miss.fix}`
    return [`${row.scenario}, ${levelText(row.level)}: ${missWords(miss)}${fix}`]
  })
  return lines.length === 0 ? '' : `**Not measured**\n\n${bullets(lines)}`
}

/** The instrument's own error in one line, with what keeps it from holding for this report. */
function instrument(model: ReportModel): string {
  const { calibration } = model
  if (calibration === null) return ''
  const words = {
    within: 'within tolerance',
    outside: 'OUTSIDE tolerance',
    'not-judged': 'not judged',
    paused: 'not judged',
  }
  const summary = escapeMarkdown(calibrationSummary(calibration))
  const head = `**Instrument error** (calibrated ${format.instant(calibration.startedAt)}): ${words[calibration.verdict]}: ${summary}`
  return [head, bullets(calibrationCautions(calibration, model))].filter((block) => block !== '').join('\n\n')
}

function environment({ machine, settings, runs }: ReportModel): string {
  if (machine === null || settings === null) return ''
  const used = runs.filter((run) => run.rows > 0).map((run) => run.id)
  const each = settings.workerCpus ? `, each worker ${workerCpusText(settings)}` : ''
  const text = `${machine.cpuModel}, ${format.plural(machine.usableCores, 'core')}${each}, Node ${machine.node.replace(/^v/, '')}; ${settings.durationSeconds} s a cell, ${format.plural(settings.repeats, 'repeat')}. ${format.plural(used.length, 'run')}: ${used.slice(0, 5).join(', ')}${used.length > 5 ? ', …' : ''}`
  return `<sub>${escapeMarkdown(text)}</sub>`
}

function bullets(texts: readonly string[]): string {
  const lines = texts.slice(0, MOST_LINES).map((text) => `- ${escapeMarkdown(text)}`)
  if (texts.length > MOST_LINES) lines.push(`- ${texts.length - MOST_LINES} more in the HTML report`)
  return lines.join('\n')
}
