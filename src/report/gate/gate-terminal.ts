import { type Block, type DocSection, lines, type Tone } from '../../markup/doc.js'
import type { GateResult } from '../../model/studies/gate.js'
import { disturbedTexts, doubtfulRule, doubtfulText, uncomparedTexts } from './gate-notes.js'
import { shortTable } from './gate-tables.js'
import {
  armText,
  couldHaveMissed,
  errorKindTexts,
  errorText,
  headline,
  isBroken,
  memoryText,
  rowName,
} from './gate-text.js'

/** A line for each scenario and metric, the verdict in a sentence, and what is to be known of both. */
export function terminalSections(result: GateResult): DocSection[] {
  const { decision, base, head, identity } = result
  const rows = decision?.rows ?? []
  const groups = [
    [lines(`base: ${armText(base)}`, `head: ${armText(head)}`)],
    [lines(...(identity?.notes ?? []))],
    rows.length === 0 ? [] : [shortTable(rows)],
    notesOf(result),
  ]
  return groups.map((blocks) => ({ blocks, in: ['text'] }))
}

function notesOf(result: GateResult): Block[] {
  const { decision, warnings } = result
  const verdict = decision?.verdict ?? 'inconclusive'
  const tone = verdict === 'regress' ? 'bad' : verdict === 'pass' ? 'good' : 'warn'
  const missed = decision === null ? null : couldHaveMissed(decision)
  const memory = memoryText(result)
  const rows = decision?.rows ?? []
  const rule = doubtfulRule(rows)
  const untested = rows.filter((row) => row.verdict === 'not-testable')
  return [
    say([`${verdict === 'inconclusive' ? '' : `${verdict.toUpperCase()}: `}${headline(result)}`], tone),
    say(uncomparedTexts(result), 'warn'),
    say(missed === null ? [] : [missed]),
    say(
      (decision?.errors ?? []).flatMap((errors) =>
        [errorText(errors) ?? [], errorKindTexts(result, errors.scenario)].flat(),
      ),
      decision !== null && isBroken(decision) ? 'bad' : 'warn',
    ),
    say(
      untested.map((row) => `${rowName(row)}: not testable: ${row.reason}`),
      'dim',
    ),
    say(
      rows.flatMap((row) => doubtfulText(row) ?? []),
      'warn',
    ),
    say(rule === null ? [] : [rule], 'dim'),
    say(disturbedTexts(result), 'warn'),
    say(memory === null ? [] : [memory], 'dim'),
    say(
      warnings.map((text) => `warning: ${text}`),
      'warn',
    ),
  ]
}

function say(texts: readonly string[], tone?: Tone): Block {
  return { kind: 'lines', lines: texts.map((text) => ({ text, tone })) }
}
