import type { JudgedClaim } from '../../ladder/judge-claim.js'
import type { LadderCell } from '../../ladder/ladder-cells.js'
import type { Growth, LadderResult, Rung } from '../../ladder/ladder-result.js'
import { paint } from '../../markup/paint.js'
import { type Column, type Paint, shorten, textTable, wrap } from '../../markup/text-table.js'
import * as format from '../../words/format.js'
import { wholePercent } from '../figures/phase-figures.js'
import { trendMark } from '../figures/validity-text.js'
import {
  claimFigure,
  conditionText,
  halfWidth,
  isValid,
  judgedClaims,
  ladderAnswer,
  noteOf,
  reloadNotes,
  STATES,
} from './ladder-words.js'

/** Columns of a terminal that everything fits. */
const WIDTH = 80
const NAME = 14

const CELL_COLUMNS: readonly Column[] = [
  { head: 'level', align: 'left' },
  { head: 'wk', align: 'right' },
  { head: 'req/s', align: 'right' },
  { head: '±', align: 'right' },
  { head: 'gain', align: 'right' },
  { head: 'eff.', align: 'right' },
  { head: 'p99 ms', align: 'right' },
  { head: 'µs/req', align: 'right' },
  { head: 'memory', align: 'right' },
]

const RUNG_COLUMNS: readonly Column[] = [
  { head: 'level', align: 'left' },
  { head: 'wk', align: 'right' },
  { head: 'boot s', align: 'right' },
  { head: 'reload s', align: 'right' },
  { head: 'lost meanwhile', align: 'right' },
]

/** The whole answer for a terminal of 80 columns. */
export function ladderText(result: LadderResult, options: { colour?: boolean } = {}): string {
  const colours = paint(options.colour ?? false)
  const parts = [
    ...result.scenarios.map(({ name }) => scenarioText(name, result, colours)),
    rungsText(result.rungs, colours),
    growthText(result.growth),
    claimsText(judgedClaims(result), colours),
    [
      ...result.warnings.flatMap((text) => wrap(`warning: ${text}`, WIDTH, '  ').map(colours.yellow)),
      ...wrap(conditionText(result), WIDTH, '').map(colours.dim),
    ],
    wrap(ladderAnswer(result), WIDTH, '').map(colours.bold),
  ]
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function scenarioText(
  name: string,
  { cells, rates, share, settings }: LadderResult,
  colours: Paint,
): string[] {
  const own = cells.filter(({ scenario }) => scenario === name)
  if (own.length === 0) return []
  const rate = rates.find(({ scenario }) => scenario === name)
  const head =
    settings.latency === null || !rate?.rate
      ? `${name}, latency not measured`
      : `${name}, latency at ${format.rate(rate.rate)}/s${rate.of === null || share === null ? '' : ` (${wholePercent(share)} of level ${rate.of.level})`}`
  const measured = own.filter(({ capacity }) => capacity !== null)
  const lines = textTable(CELL_COLUMNS, measured.map(cellRow))
  return [
    colours.bold(head),
    ...lines.map((line, index) => {
      const cell = measured[index - 1]
      return index > 0 && cell && !isValid(cell) ? colours.yellow(line) : line
    }),
    ...[...missedText(own), ...measured.flatMap(noteOf)].flatMap((text) =>
      wrap(text, WIDTH, '  ').map(colours.yellow),
    ),
  ]
}

/** Those without a figure in one line: mostly they lack the same. */
function missedText(cells: readonly LadderCell[]): string[] {
  const missed = cells.filter(({ missing }) => missing !== null)
  const [first, ...others] = missed
  if (!first) return []
  const keys = format.list(missed.map(({ info }) => info.key))
  return [`level ${keys}: ${others.length > 0 ? 'no figure, such as: ' : ''}${first.missing}`]
}

function cellRow(cell: LadderCell): string[] {
  const { info, capacity, speedUp, efficiency, latency, cpuPerRequestUs, rssPeakBytes } = cell
  return [
    nameOf(info),
    info.workers === null ? '–' : String(info.workers),
    `${format.rate(capacity?.value ?? null)}${trendMark(cell.validity)}${isValid(cell) ? '' : '*'}`,
    halfWidth(capacity),
    format.ratio(speedUp?.value ?? null),
    efficiency === null ? '–' : efficiency.value.toFixed(2),
    format.latency(latency?.p99Us ?? null),
    format.cpuMicroseconds(cpuPerRequestUs?.value ?? null),
    format.bytes(rssPeakBytes),
  ]
}

function rungsText(rungs: readonly Rung[], { yellow }: Paint): string[] {
  const up = rungs.filter(({ missing }) => missing === null)
  const rows = up.map(({ info, boot, reload }) => [
    nameOf(info),
    info.workers === null ? '–' : String(info.workers),
    boot === null ? '–' : boot.value.toFixed(1),
    reload === null ? '–' : reload.seconds === null ? 'failed' : reload.seconds.toFixed(1),
    reload === null ? '–' : `${reload.lost} of ${reload.answered + reload.lost}`,
  ])
  return [
    ...textTable(RUNG_COLUMNS, rows),
    ...rungs.flatMap(({ info, missing, reload }) => [
      ...(missing === null
        ? []
        : wrap(
            `level ${info.key} (${info.name}): ${missing.state}: ${missing.reason}${missing.fix === null ? '' : `; to run it: ${missing.fix}`}`,
            WIDTH,
            '  ',
          ).map(yellow)),
      ...reloadNotes(reload).flatMap((text) =>
        wrap(`level ${info.key}: reload: ${text}`, WIDTH, '  ').map(yellow),
      ),
    ]),
  ]
}

function growthText(growth: readonly Growth[]): string[] {
  return growth.flatMap(({ number, scenario, law }) => {
    if (law === null) return []
    const ahead = [8, 16, 64].map((n) => `${n}: ${format.rate(law.predict(n).value)}/s`)
    const beyond = law.largest < 64 ? ` (measured up to ${law.largest}; beyond is extrapolated)` : ''
    return wrap(
      `level ${number} on ${scenario}, by the fitted law: ${ahead.join(', ')}${beyond}`,
      WIDTH,
      '  ',
    )
  })
}

function claimsText(judged: readonly JudgedClaim[], { green, red, dim, bold }: Paint): string[] {
  if (judged.length === 0) return []
  const told = judged.filter(({ state }) => state !== 'not-testable')
  const untold = judged.length - told.length
  const lines = told.flatMap((one) => {
    const colour = one.state === 'confirmed' ? green : one.state === 'not-confirmed' ? red : dim
    return wrap(`${STATES[one.state]}: ${claimText(one)}`, WIDTH, '  ').map(colour)
  })
  return [
    bold('What the guides claim'),
    ...lines,
    ...(untold > 0
      ? [
          `${format.plural(untold, 'claim')} ${told.length > 0 ? 'more ' : ''}not testable here: the page says why`,
        ]
      : []),
  ]
}

/** `one worker serves 1,000 simple requests/s: 2,050 [1,990, 2,110] (level 0 with 1 worker on simple)` */
function claimText({ claim, measured, reason }: JudgedClaim): string {
  const figure = measured === null ? '' : `: ${claimFigure({ claim, measured })}`
  return `${claim.text}${figure} (${reason})`
}

function nameOf({ number, name }: Rung['info']): string {
  return shorten(number === null ? name : `${number} ${name}`, NAME)
}
