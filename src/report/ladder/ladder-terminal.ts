import { wholePercent } from '../../figures/phase-figures.js'
import { trendMark } from '../../figures/validity-text.js'
import type { JudgedClaim } from '../../ladder/judge-claim.js'
import type { LadderCell } from '../../ladder/ladder-cells.js'
import type { Growth, LadderResult, Rung } from '../../ladder/ladder-result.js'
import {
  type Block,
  type DocColumn,
  type DocSection,
  figures,
  type Said,
  type Tone,
  table,
} from '../../markup/doc.js'
import { shorten } from '../../markup/text-table.js'
import { PLAIN } from '../../model/studies/plain-figures.js'
import * as format from '../../words/format.js'
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

const NAME = 14

const CELL_COLUMNS: readonly DocColumn[] = [
  { head: 'level', align: 'left' },
  ...figures('wk', 'req/s', '±', 'gain', 'eff.', 'p99 ms'),
  ...figures(...PLAIN.map(({ heads }) => heads.ladder.terminal)),
]

const RUNG_COLUMNS: readonly DocColumn[] = [
  { head: 'level', align: 'left' },
  ...figures('wk', 'boot s', 'reload s', 'lost meanwhile'),
]

/** What a terminal of 80 columns has room for; the answer comes last, where it is seen. */
export function terminalSections(result: LadderResult): DocSection[] {
  const sections: readonly Omit<DocSection, 'in'>[] = [
    ...result.scenarios.flatMap(({ name }) => scenarioSection(name, result)),
    rungsSection(result.rungs),
    { blocks: [said(growthTexts(result.growth))] },
    ...claimsSections(judgedClaims(result)),
    {
      blocks: [
        said(
          result.warnings.map((text) => `warning: ${text}`),
          'warn',
        ),
        said([conditionText(result)], 'dim', ''),
      ],
    },
    { blocks: [said([ladderAnswer(result)], 'strong', '')] },
  ]
  return sections.map((section) => ({ ...section, in: ['text'] }))
}

function said(texts: readonly string[], tone?: Tone, indent = '  '): Block {
  return { kind: 'lines', lines: texts.map((text) => ({ text, tone })), indent }
}

function scenarioSection(name: string, { cells, rates, share, settings }: LadderResult): DocSection[] {
  const own = cells.filter(({ scenario }) => scenario === name)
  if (own.length === 0) return []
  const rate = rates.find(({ scenario }) => scenario === name)
  const title =
    settings.latency === null || !rate?.rate
      ? `${name}, latency not measured`
      : `${name}, latency at ${format.rate(rate.rate)}/s${rate.of === null || share === null ? '' : ` (${wholePercent(share)} of level ${rate.of.level})`}`
  const measured = own.filter(({ capacity }) => capacity !== null)
  return [
    {
      title,
      blocks: [
        {
          kind: 'table',
          columns: CELL_COLUMNS,
          rows: measured.map((cell) => ({ cells: cellRow(cell), tone: isValid(cell) ? undefined : 'warn' })),
        },
        said([...missedText(own), ...measured.flatMap(noteOf)], 'warn'),
      ],
    },
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
  const { info, capacity, speedUp, efficiency, latency } = cell
  return [
    nameOf(info),
    info.workers === null ? '–' : String(info.workers),
    `${format.rate(capacity?.value ?? null)}${trendMark(cell.validity)}${isValid(cell) ? '' : '*'}`,
    halfWidth(capacity),
    format.ratio(speedUp?.value ?? null),
    efficiency === null ? '–' : efficiency.value.toFixed(2),
    format.latency(latency?.p99Us ?? null),
    ...PLAIN.map(({ key, text }) => text(cell[key])),
  ]
}

function rungsSection(rungs: readonly Rung[]): DocSection {
  const up = rungs.filter(({ missing }) => missing === null)
  const rows = up.map(({ info, boot, reload }) => [
    nameOf(info),
    info.workers === null ? '–' : String(info.workers),
    boot === null ? '–' : boot.value.toFixed(1),
    reload === null ? '–' : reload.seconds === null ? 'failed' : reload.seconds.toFixed(1),
    reload === null ? '–' : `${reload.lost} of ${reload.answered + reload.lost}`,
  ])
  const notes = rungs.flatMap(({ info, missing, reload }) => [
    ...(missing === null
      ? []
      : [
          `level ${info.key} (${info.name}): ${missing.state}: ${missing.reason}${missing.fix === null ? '' : `; to run it: ${missing.fix}`}`,
        ]),
    ...reloadNotes(reload).map((text) => `level ${info.key}: reload: ${text}`),
  ])
  return { blocks: [table(RUNG_COLUMNS, rows), said(notes, 'warn')] }
}

function growthTexts(growth: readonly Growth[]): string[] {
  return growth.flatMap(({ number, scenario, law }) => {
    if (law === null) return []
    const ahead = [8, 16, 64].map((n) => `${n}: ${format.rate(law.predict(n).value)}/s`)
    const beyond = law.largest < 64 ? ` (measured up to ${law.largest}; beyond is extrapolated)` : ''
    return [`level ${number} on ${scenario}, by the fitted law: ${ahead.join(', ')}${beyond}`]
  })
}

const COLOURS: Readonly<Record<JudgedClaim['state'], Tone>> = {
  confirmed: 'good',
  'not-confirmed': 'bad',
  undecided: 'dim',
  'not-testable': 'dim',
}

function claimsSections(judged: readonly JudgedClaim[]): DocSection[] {
  if (judged.length === 0) return []
  const told = judged.filter(({ state }) => state !== 'not-testable')
  const untold = judged.length - told.length
  const lines: Said[] = told.map((one) => ({
    text: `${STATES[one.state]}: ${claimText(one)}`,
    tone: COLOURS[one.state],
  }))
  const more = `${format.plural(untold, 'claim')} ${told.length > 0 ? 'more ' : ''}not testable here: the page says why`
  return [
    {
      title: 'What the guides claim',
      blocks: [{ kind: 'lines', lines: untold > 0 ? [...lines, { text: more }] : lines }],
    },
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
