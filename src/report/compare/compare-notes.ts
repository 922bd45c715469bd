import { rateText } from '../../figures/phase-figures.js'
import * as format from '../../words/format.js'
import type { ComparedRow, Comparison } from './compare.js'
import { REPEATS_FOR_RANGE } from './compare.js'

/** What a row is called: its scenario, with the level where several are compared. */
export function rowNames({ rows, a }: Comparison): (row: ComparedRow) => string {
  const levels = new Set(rows.map((row) => (row.a ?? row.b)?.level.key))
  return (row) =>
    levels.size > 1 && a.level === null ? `${(row.a ?? row.b)?.level.key}: ${row.scenario}` : row.scenario
}

export function sideText({ label, run, level }: Comparison['a']): string {
  return `${label}${label === run ? '' : ` (${run})`}${level === null ? '' : `, level ${level}`}`
}

/**
 * What a reader must know before believing the ratios, a sentence each.
 * @param rates whether to say at which rates latencies were compared
 */
export function comparisonNotes(comparison: Comparison, { rates = true } = {}): string[] {
  const { rows, differences, sameRun } = comparison
  const nameOf = rowNames(comparison)
  const notes: string[] = []
  const say = (text: string) => notes.push(text)
  if (differences.length > 0) {
    say('Machine or settings differ, so nothing is concluded:')
    for (const { what, here, there } of differences) say(`  ${what}: A ${here}, B ${there}`)
  } else if (rows.some((row) => row.verdict === 'unlike')) {
    say('Rows marked unlike had other connections or another timeout.')
  }
  for (const side of ['a', 'b'] as const) {
    const name = side.toUpperCase()
    const absent = rows.filter((row) => row[side] === null)
    if (absent.length > 0) say(`${name} did not measure ${absent.map((row) => nameOf(row)).join(', ')}`)
    for (const row of rows) {
      const figures = row[side]
      if (figures === null) continue
      if (figures.problem !== null) say(`${nameOf(row)}, ${name}: ${figures.problem}`)
      if ((figures.errorRate ?? 0) > 0)
        say(`${nameOf(row)}, ${name}: ${format.percent(figures.errorRate)} errors`)
      for (const { rule, verdict, stated } of figures.slo) {
        if (stated && verdict !== 'met') say(`${nameOf(row)}, ${name}: SLO ${rule}: ${verdict}`)
      }
    }
  }
  if (rows.some((row) => row.verdict === 'unknown')) {
    say(
      `? (few), too few repeats to know the uncertainty: it takes ${REPEATS_FOR_RANGE} on both sides (--repeats ${REPEATS_FOR_RANGE}).`,
    )
  }
  if (!sameRun) say('The sides are of different runs, which were not interleaved.')
  for (const text of latencyNotes(rows, nameOf, rates)) say(text)
  return notes
}

/** At which rates the compared latencies were measured, and why the others are not compared. */
function latencyNotes(
  rows: readonly ComparedRow[],
  nameOf: (row: ComparedRow) => string,
  rates: boolean,
): string[] {
  const measured = rows.filter((row) => row.verdict !== 'missing')
  const of = (state: ComparedRow['latency']) => measured.filter((row) => row.latency === state)
  const names = (group: readonly ComparedRow[]) => group.map(nameOf).join(', ')
  const [invalid, unlike, missing] = [of('invalid'), of('unlike'), of('missing')]
  return [
    ...(rates ? of('compared') : []).map(
      (row) => `${nameOf(row)}: latency at ${row.a?.latencyLoad}${ratesOf(row)}`,
    ),
    ...(invalid.length === 0 ? [] : [`No latency is compared where it is not valid: ${names(invalid)}`]),
    ...(unlike.length === 0
      ? []
      : [
          `No latency is compared, since machine, settings or rates differ: ${unlike.map((row) => `${nameOf(row)}${ratesOf(row)}`).join(', ')}`,
        ]),
    ...(missing.length === 0 ? [] : [`No latency on both sides: ${names(missing)}`]),
  ]
}

/** ` (A 300, B 310 requests/s)`. */
function ratesOf({ a, b }: ComparedRow): string {
  const side = (figures: ComparedRow['a']) =>
    figures?.latencyRate ? rateText(figures.latencyRate) : format.rate(null)
  return ` (A ${side(a)}, B ${side(b)} requests/s)`
}
