import { commitText } from '../../figures/comparable.js'
import { conditionsText } from '../../figures/conditions-text.js'
import { elsewhereNames, levelLabel } from '../../figures/level-ref.js'
import { wholePercent } from '../../figures/phase-figures.js'
import { trendMark } from '../../figures/validity-text.js'
import type { LadderCell } from '../../ladder/ladder-cells.js'
import type { LadderResult, Rung } from '../../ladder/ladder-result.js'
import {
  type Block,
  type Cell,
  type Doc,
  type DocColumn,
  type DocSection,
  type Format,
  figures,
  table,
} from '../../markup/doc.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { STYLE } from '../../markup/html-style.js'
import { levelColour, swatchClass } from '../../markup/palette.js'
import { PLAIN } from '../../model/studies/plain-figures.js'
import * as format from '../../words/format.js'
import { panels } from '../page/html-charts.js'
import { pageName } from '../render/html.js'
import { type LadderCharts, ladderCharts } from './ladder-charts.js'
import { terminalSections } from './ladder-terminal.js'
import {
  claimCases,
  claimsSection,
  conditionText,
  halfWidth,
  intervalText,
  judgedClaims,
  ladderAnswer,
  noteOf,
  reloadNotes,
} from './ladder-words.js'
import { scalingText } from './scaling-text.js'

const COMMAND = 'ladder'

const WRITTEN: readonly Format[] = ['html', 'markdown']

/** A ladder, the answer first: what is claimed, the levels, the same load on each, the laws. */
export function ladderDoc(result: LadderResult): Doc {
  const { machine, git, settings, startedAt, version, state } = result
  const commit = commitText(git)
  const meta = [
    format.instant(startedAt),
    ...(commit === null ? [] : [`commit ${commit}`]),
    `${machine.cpuModel}, ${format.plural(machine.usableCores, 'core')}`,
    ...(settings.workerCpus ? [`virtual cores: each worker ${settings.workerCpus} of a core`] : []),
  ]
  const cautions = [
    ...(state === 'completed' ? [] : [`This ladder did not end: it is ${state}.`]),
    ...result.warnings.map((text) => `${text}.`),
  ]
  const judged = judgedClaims(result)
  return {
    command: COMMAND,
    title: { text: ladderAnswer(result), window: 'The ladder · rungs' },
    meta,
    about: conditionText(result),
    cautions,
    sections: [
      ...terminalSections(result),
      ...(judged.length > 0 ? [{ ...claimsSection(judged), in: WRITTEN }] : []),
      levelsSection(result),
      ...scenarioSection(result),
      ...chartSections(ladderCharts(result)),
      ...lawSection(result),
      conditionsSection(result),
    ],
    // How long it took is in no ladder.
    suite: judged.length > 0 ? { startedAt, seconds: 0, cases: claimCases(judged) } : null,
    main: judged.length > 0 ? ['claims', 'claims'] : ['levels', 'levels'],
    style: STYLE,
    source: 'result files',
    version,
  }
}

/** A line for the report: what the ladder answers, with a link to its page beside it. */
export function ladderLink(result: LadderResult): Markup {
  return html`\n<p class="wrap">Ladder of ${format.instant(result.startedAt)}: <a href="${pageName({ command: COMMAND })}">${ladderAnswer(result)}</a></p>`
}

const LEVEL: DocColumn = { head: 'Level', align: 'left', wrap: true }

const LEVEL_COLUMNS: readonly DocColumn[] = [
  LEVEL,
  ...figures('Workers', 'Boot, s', 'Reload, s'),
  { head: 'Lost meanwhile', align: 'right', shows: 'cell' },
  { head: 'Remarks', align: 'left', wrap: true },
]

function levelsSection({ rungs }: LadderResult): DocSection {
  return {
    id: 'levels',
    title: 'The levels',
    lead: 'Boot: until ready, over every boot. Reload: by the level’s own command, until every worker was a new one, under a light load.',
    blocks: [table(LEVEL_COLUMNS, rungs.map(rungCells))],
    in: WRITTEN,
  }
}

function levelCell(info: Rung['info']): Cell {
  return { text: levelLabel(info), swatch: swatchClass(levelColour(info.number)) }
}

function rungCells({ info, boot, reload, missing }: Rung): Cell[] {
  const remarks = [
    ...(missing === null ? [] : [`${missing.state}: ${missing.reason}`]),
    ...reloadNotes(reload),
  ]
  const lost = reload === null ? '–' : `${reload.lost} of ${format.integer(reload.answered + reload.lost)}`
  const seconds = [boot?.value ?? null, reload?.seconds ?? null]
  return [
    levelCell(info),
    String(info.workers ?? '–'),
    ...seconds.map((value) => (value === null ? '–' : value.toFixed(1))),
    { text: lost, tone: (reload?.lost ?? 0) > 0 ? 'bad' : undefined },
    { text: '', sub: remarks, fix: missing?.fix ?? null },
  ]
}

const FIGURE_COLUMNS: readonly DocColumn[] = [
  LEVEL,
  ...figures('Requests/s', '±', 'Gain', 'Efficiency', 'p50, ms', 'p99, ms'),
  ...figures(...PLAIN.map(({ heads }) => heads.ladder.page)),
  { head: 'Validity', align: 'left', wrap: true },
]

/** The same load on every level, a table a scenario. */
function scenarioSection(result: LadderResult): DocSection[] {
  const blocks = result.scenarios.flatMap(({ name }): Block[] => {
    const cells = result.cells.filter(({ scenario }) => scenario === name)
    if (cells.length === 0) return []
    return [
      { kind: 'heading', text: name, lead: rateWords(result, name) },
      table(FIGURE_COLUMNS, cells.map(figureCells)),
    ]
  })
  if (blocks.length === 0) return []
  return [
    {
      id: 'figures',
      title: 'Under the same load',
      lead: 'Requests/s: capacity, closed loop. p50 and p99: open loop at the same rate for every level. Gain: × the same level with fewest workers, else × the lowest. Efficiency: gain ÷ workers. CPU: of the level’s own processes, a request.',
      blocks,
      in: WRITTEN,
    },
  ]
}

function rateWords({ rates, share }: LadderResult, name: string): string {
  const rate = rates.find(({ scenario }) => scenario === name)
  if (!rate?.rate) return 'Latency was not measured.'
  const of =
    rate.of === null || share === null
      ? ''
      : `, ${wholePercent(share)} of the ${format.rate(rate.of.capacity)}/s that level ${rate.of.level} served before`
  return `Latency at ${format.rate(rate.rate)} requests/s at every level${of}.`
}

function figureCells(cell: LadderCell): Cell[] {
  const { info, capacity, speedUp, efficiency, latency, validity } = cell
  if (cell.missing !== null)
    return [levelCell(info), { text: cell.missing, across: FIGURE_COLUMNS.length - 1 }]
  const notes = noteOf(cell).map((text) => text.replace(/^\* /, ''))
  const off = validity.state !== 'valid'
  const offLatency = latency !== null && latency.validity.state !== 'valid'
  const rate = `${format.rate(capacity?.value ?? null)}${trendMark(validity)}`
  return [
    levelCell(info),
    { text: rate, tone: 'strong', off },
    { text: halfWidth(capacity), off },
    intervalText(speedUp, '×'),
    intervalText(efficiency),
    ...[latency?.p50Us ?? null, latency?.p99Us ?? null].map((us) => ({
      text: format.milliseconds(us),
      off: offLatency,
    })),
    ...PLAIN.map(({ key, text }) => text(cell[key])),
    notes.length === 0 ? { text: 'valid', tone: 'good' } : { text: '', sub: notes },
  ]
}

function chartSections({ throughput, latency, growth, times }: LadderCharts): DocSection[] {
  const sections = [
    {
      id: 'throughput',
      title: 'Capacity',
      lead: 'By level and workers (2×4: level 2 with 4 workers). Whiskers: intervals, cut at twice the bar; hatched: not valid.',
      specs: throughput,
    },
    {
      id: 'latency',
      title: 'Latency at equal rates',
      lead: 'p99 of an open loop, one rate a scenario.',
      specs: latency,
    },
    {
      id: 'growth',
      title: 'Speed-up by workers',
      lead: 'Both axes are logarithmic; grey is the ideal, dashed the fitted law. Beyond the most workers that were measured the law is an extrapolation: the next limit (the database, memory, the network) is not in it.',
      specs: growth,
    },
    { id: 'times', title: 'Boot and reload', specs: times },
  ]
  return sections.flatMap(({ specs, ...section }) =>
    specs.length === 0
      ? []
      : [{ ...section, blocks: [{ kind: 'drawing', drawing: panels(specs) }], in: ['html'] }],
  )
}

function lawSection({ growth }: LadderResult): DocSection[] {
  if (growth.length === 0) return []
  const blocks = growth.flatMap(({ number, name, scenario, law, refused }): Block[] => {
    const texts = law === null ? [`No law: ${refused ?? ''}.`] : scalingText(law)
    return [
      { kind: 'heading', text: `${number} ${name} on ${scenario}`, class: 'spaced' },
      { kind: 'list', texts: texts.map((text) => text.trim()), plain: true },
    ]
  })
  const lead = 'Throughput by workers, fitted to every valid repeat.'
  return [{ id: 'laws', title: 'Scaling laws', lead, blocks, in: WRITTEN }]
}

function conditionsSection({ machine, settings, share, rungs }: LadderResult): DocSection {
  // Of a ladder the share is that of the lowest level, which the figures say themselves.
  const elsewhere = elsewhereNames(rungs.map(({ info }) => info))
  const facts = conditionsText(machine, settings, elsewhere).filter(([name]) => name !== 'Latency')
  const latency =
    settings.latency === null
      ? 'not measured'
      : `open loop, steady, ${share === null ? 'at the rate that was given' : `at ${wholePercent(share)} of the lowest level’s capacity`}`
  return {
    id: 'conditions',
    title: 'Conditions',
    blocks: [{ kind: 'facts', facts: [...facts, ['Latency', latency]] }],
    in: ['html'],
  }
}
