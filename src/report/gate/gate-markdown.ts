import { escapeMarkdown } from '../../markup/markdown.js'
import { plain, shorten } from '../../markup/text-table.js'
import type { GateResult, GateRow, GateVerdict } from '../../model/studies/gate.js'
import * as format from '../../words/format.js'
import { disturbanceTexts, uncomparedTexts } from './gate-notes.js'
import {
  armText,
  bare,
  couldHaveMissed,
  errorKindTexts,
  errorText,
  headline,
  isBroken,
  memoryText,
  methodText,
  metricName,
  type RowVerdict,
  slowdown,
} from './gate-text.js'

/** Rows and lines beyond these are counted only: a step summary may have 1 MiB, a comment 64 KiB. */
const MOST_ROWS = 60
const MOST_LINES = 12
const LONGEST_NAME = 80

const TITLES: Readonly<Record<GateVerdict, string>> = {
  regress: '❌ Slower',
  pass: '✅ Not slower',
  inconclusive: '⚠️ No verdict',
}

const VERDICTS: Readonly<Record<RowVerdict, string>> = {
  regress: '❌ slower',
  pass: '✅ pass',
  inconclusive: '⚠️ open',
  'not-testable': '– not testable',
}

/** A gate for a pull request: what, how much, how sure, and what could have been missed. */
export function gateMarkdown(result: GateResult): string {
  const { decision, base, head } = result
  const title =
    decision === null ? '⚠️ Not measured' : isBroken(decision) ? '❌ Broken' : TITLES[decision.verdict]
  const missed = decision === null ? null : couldHaveMissed(decision)
  const parts = [
    `## Performance: ${title}`,
    `**${safe(headline(result))}**${missed === null ? '' : ` ${safe(missed)}`}`,
    bullets([...uncomparedTexts(result), ...(result.identity?.notes ?? [])]),
    decision === null || decision.rows.length === 0 ? '' : table(decision.rows),
    bullets(notesOf(result)),
    `<sub>${safe(`base ${armText(base)}, head ${armText(head)}. ${methodText(result)}`)}</sub>`,
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function table(rows: readonly GateRow[]): string {
  const lines = rows.slice(0, MOST_ROWS).map((row) => {
    const figures = [...[row.estimate, row.lower, row.upper].map(slowdown), bare(row.mde80)].join(' | ')
    return `| ${safe(shorten(row.scenario, LONGEST_NAME))} | ${metricName(row.metric)} | ${figures} | ${VERDICTS[row.verdict]} |`
  })
  const rest = rows.length - lines.length
  return [
    '| Scenario | Metric | Slowdown | At least | At most | Found 4 times in 5 from | Verdict |',
    '| --- | --- | ---: | ---: | ---: | ---: | --- |',
    ...lines,
    ...(rest > 0 ? ['', `${format.plural(rest, 'further row')} in the result file.`] : []),
  ].join('\n')
}

function notesOf(result: GateResult): string[] {
  const { decision, warnings } = result
  const memory = memoryText(result)
  const rows = decision?.rows ?? []
  return [
    ...(decision?.errors ?? []).flatMap((errors) =>
      [errorText(errors) ?? [], errorKindTexts(result, errors.scenario)].flat(),
    ),
    ...rows.flatMap(({ scenario, metric, verdict, reason }) =>
      verdict === 'not-testable' || (verdict === 'inconclusive' && decision?.verdict !== 'regress')
        ? [`${scenario}, ${metricName(metric)}: ${reason}`]
        : [],
    ),
    ...disturbanceTexts(result),
    ...(memory === null ? [] : [memory]),
    ...warnings,
  ]
}

function bullets(texts: readonly string[]): string {
  const lines = texts.slice(0, MOST_LINES).map((text) => `- ${safe(text)}`)
  const rest = texts.length - lines.length
  return [...lines, ...(rest > 0 ? [`- ${rest} more in the result file`] : [])].join('\n')
}

/** Escaped, and without control characters. */
function safe(text: string): string {
  return escapeMarkdown(plain(text))
}
