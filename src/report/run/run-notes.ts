import type { CellFigures } from '../../figures/cell-figures.js'
import { maxWords } from '../../figures/latency.js'
import { levelText } from '../../figures/level-ref.js'
import { isMissed, sloText } from '../../figures/slo-figures.js'
import { invalidPhases, remarksOf } from '../../figures/validity-text.js'
import type { Run } from '../../model/run/run.js'
import { valuesNeeded } from '../../stats/validity/enough.js'
import * as format from '../../words/format.js'
import { likeTexts } from '../../words/like-texts.js'
import { findingsOf } from '../findings/findings.js'

export interface Note {
  readonly text: string
  /** It keeps figures from being believed. */
  readonly isGrave: boolean
}

/** Notes that a terminal shows below its table: more would push the table off the screen. */
const MOST_NOTES = 3

/** Names of cells beyond this many are counted. */
const MOST_NAMES = 2

/** Limits that tell what to try, and not just what is full. */
const TELLING = ['refusals', 'connections', 'delayed-ack', 'waits'] as const

/** What is to be known of a run's figures, the gravest first: as much as a terminal shows, and how many further ones there are. */
export function mainNotes(run: Run, rows: readonly CellFigures[]): { shown: Note[]; more: number } {
  const all = [
    ...validityNotes(rows),
    ...notesOf(rows, fewRequests),
    ...limitNotes(run),
    ...run.warnings.map((text) => ({ text: `warning: ${text}`, isGrave: true })),
    ...notesOf(rows, ({ measured }) => measured?.warnings ?? [], true),
    ...notesOf(rows, ({ measured }) =>
      measured ? remarksOf(measured).map((text) => `latency: ${text}`) : [],
    ),
    ...notesOf(rows, missedDefaults),
  ]
  return { shown: all.slice(0, MOST_NOTES), more: Math.max(0, all.length - MOST_NOTES) }
}

export function nameOf(row: Pick<CellFigures, 'scenario' | 'level'>): string {
  return `${row.scenario}, ${levelText(row.level)}`
}

/** Texts that cells have in common, but for their numbers, are one note. */
function notesOf(
  rows: readonly CellFigures[],
  textsOf: (row: CellFigures) => readonly string[],
  isGrave = false,
): Note[] {
  const items = rows.flatMap((row) => textsOf(row).map((text) => [text, row] as const))
  return likeTexts(items).map(({ text, of }) => ({ text: `${namesOf(of)}: ${text}`, isGrave }))
}

function namesOf(rows: readonly CellFigures[]): string {
  const names = [...new Set(rows.map(nameOf))]
  const shown = names.slice(0, MOST_NAMES).join('; ')
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown
}

/** The first cause of each phase that is not valid; said once where all have the same. */
function validityNotes(rows: readonly CellFigures[]): Note[] {
  const measured = rows.filter((row) => row.measured !== null)
  const items = measured.flatMap((row) =>
    (row.measured ? invalidPhases(row.measured) : []).map(({ state, phase, evidence }) => {
      const cause = (evidence[0] ?? '').replace(/^repeat [\d, ]+: /, '')
      return [cause === '' ? state : `${state}: ${cause}`, { row, phase }] as const
    }),
  )
  return likeTexts(items).map(({ text, of }) => {
    const found = new Set(of.map(({ row }) => row))
    const phases = [...new Set(of.map(({ phase }) => phase))]
    const isAll = found.size === measured.length && measured.length > 1
    const what = phases.length > 1 ? 'results' : phases[0] === 'capacity' ? 'capacities' : 'latencies'
    return {
      text: isAll
        ? `None of the ${measured.length} ${what} can be trusted: ${text}`
        : `${namesOf([...found])}: ${phases.join(' and ')} not valid: ${text}`,
      isGrave: true,
    }
  })
}

/** Percentiles that so few requests do not tell, with the maximum in their place. */
function fewRequests({ measured }: CellFigures): string[] {
  const latency = measured?.latency?.latency
  if (!latency || latency.p99Us !== null) return []
  const lacking = latency.p50Us === null ? 50 : 99
  const names = lacking === 50 ? 'p50 or p99' : 'p99'
  return [`no ${names}, which takes ${format.integer(valuesNeeded(lacking))} requests: ${maxWords(latency)}`]
}

function limitNotes(run: Run): Note[] {
  return findingsOf(run)
    .filter(({ limit }) => TELLING.some((one) => one === limit))
    .flatMap(({ evidence }) => evidence.map((text) => ({ text, isGrave: false })))
}

function missedDefaults({ measured }: CellFigures): string[] {
  const missed = (measured?.slo ?? []).filter((slo) => !slo.stated && isMissed(slo)).map(sloText)
  return missed.length === 0 ? [] : [`default objectives not met: ${missed.join(', ')}`]
}
