import type { DocColumn } from '../../markup/doc.js'
import { paint } from '../../markup/paint.js'
import { type Column, fittingTable, type Paint, shorten, wrap } from '../../markup/text-table.js'
import type { GateResult, GateRow } from '../../model/studies/gate.js'
import * as format from '../../words/format.js'
import { disturbedTexts, doubtfulRule, doubtfulText, uncomparedTexts } from './gate-notes.js'
import {
  armText,
  blocksBehind,
  couldHaveMissed,
  errorKindTexts,
  errorText,
  headline,
  isBroken,
  memoryText,
  metricName,
  type RowVerdict,
  rowName,
  slowdown,
} from './gate-text.js'

/** Columns of a terminal that the table fits. */
const WIDTH = 80

/** What a terminal shows of a slowdown, whatever comes behind it. */
export const SLOWDOWN_COLUMNS: readonly DocColumn[] = [
  { head: 'scenario', align: 'left', shortens: true },
  { head: 'metric', align: 'left' },
  { head: 'slowdown', align: 'right' },
  { head: 'at least', align: 'right' },
  { head: 'at most', align: 'right' },
]

const COLUMNS: readonly Column[] = [
  ...SLOWDOWN_COLUMNS,
  { head: 'n', align: 'right' },
  { head: 'verdict', align: 'left' },
]

const VERDICTS: Readonly<Record<RowVerdict, string>> = {
  regress: 'REGRESS',
  pass: 'pass',
  inconclusive: 'open',
  'not-testable': 'not testable',
}

/** A gate's figures for a terminal of 80 columns: a line for each scenario and metric, and the verdict in a sentence. */
export function gateTable(result: GateResult, options: { colour?: boolean } = {}): string {
  const colours = paint(options.colour ?? false)
  const { decision, base, head } = result
  const arms = [`base: ${armText(base)}`, `head: ${armText(head)}`].flatMap((text) => wrap(text, WIDTH, '  '))
  const rows = decision?.rows ?? []
  const lines =
    rows.length === 0 ? [] : fittingTable(COLUMNS, (most) => rows.map((row) => lineOf(row, most)), WIDTH)
  const painted = lines.map((line, index) =>
    index === 0 ? colours.bold(line) : paintedLine(line, rows[index - 1]?.verdict, colours),
  )
  const notes = (result.identity?.notes ?? []).flatMap((text) => wrap(text, WIDTH, '  '))
  const parts = [arms, notes, painted, notesOf(result, colours)].filter((part) => part.length > 0)
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`
}

function lineOf(row: GateRow, most: number): string[] {
  return [
    shorten(row.scenario, most),
    metricName(row.metric),
    slowdown(row.estimate),
    slowdown(row.lower),
    slowdown(row.upper),
    format.integer(blocksBehind(row)),
    VERDICTS[row.verdict],
  ]
}

function paintedLine(
  line: string,
  verdict: RowVerdict | undefined,
  { red, green, yellow, dim }: Paint,
): string {
  if (verdict === 'regress') return red(line)
  if (verdict === 'pass') return green(line)
  return verdict === 'not-testable' ? dim(line) : yellow(line)
}

function notesOf(result: GateResult, { red, green, yellow, dim }: Paint): string[] {
  const { decision, warnings } = result
  const verdict = decision?.verdict ?? 'inconclusive'
  const colour = verdict === 'regress' ? red : verdict === 'pass' ? green : yellow
  const say = (texts: readonly string[], how: (text: string) => string) =>
    texts.flatMap((text) => wrap(text, WIDTH, '  ').map(how))
  const missed = decision === null ? null : couldHaveMissed(decision)
  const memory = memoryText(result)
  const rows = decision?.rows ?? []
  const rule = doubtfulRule(rows)
  const untested = rows.filter((row) => row.verdict === 'not-testable')
  return [
    ...say([`${verdict === 'inconclusive' ? '' : `${verdict.toUpperCase()}: `}${headline(result)}`], colour),
    ...say(uncomparedTexts(result), yellow),
    ...say(missed === null ? [] : [missed], (text) => text),
    ...say(
      (decision?.errors ?? []).flatMap((errors) =>
        [errorText(errors) ?? [], errorKindTexts(result, errors.scenario)].flat(),
      ),
      decision !== null && isBroken(decision) ? red : yellow,
    ),
    ...say(
      untested.map((row) => `${rowName(row)}: not testable: ${row.reason}`),
      dim,
    ),
    ...say(
      rows.flatMap((row) => doubtfulText(row) ?? []),
      yellow,
    ),
    ...say(rule === null ? [] : [rule], dim),
    ...say(disturbedTexts(result), yellow),
    ...say(memory === null ? [] : [memory], dim),
    ...say(
      warnings.map((text) => `warning: ${text}`),
      yellow,
    ),
  ]
}
