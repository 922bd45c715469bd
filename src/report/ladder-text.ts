import { CLAIMS } from '../ladder/claims.js'
import { type JudgedClaim, judgeClaim } from '../ladder/judge-claim.js'
import type { LadderCell } from '../ladder/ladder-cells.js'
import type { Growth, LadderResult, Rung } from '../ladder/ladder-result.js'
import type { RepeatInterval } from '../stats/repeat-interval.js'
import * as format from './format.js'
import { paint } from './paint.js'
import { wholePercent } from './phase-figures.js'
import { type Column, type Paint, shorten, textTable, wrap } from './text-table.js'

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

export function judgedClaims(result: LadderResult): JudgedClaim[] {
  return CLAIMS.map((claim) => judgeClaim(claim, result))
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
    `${format.rate(capacity?.value ?? null)}${isValid(cell) ? '' : '*'}`,
    halfWidth(capacity),
    format.ratio(speedUp?.value ?? null),
    efficiency === null ? '–' : efficiency.value.toFixed(2),
    format.milliseconds(latency?.p99Us ?? null),
    format.cpuMicroseconds(cpuPerRequestUs?.value ?? null),
    format.bytes(rssPeakBytes),
  ]
}

/** `4 %`: how far the farther end of the interval lies from its middle. */
export function halfWidth(interval: RepeatInterval | null): string {
  if (interval === null || interval.high === null) return '–'
  const share = interval.high / interval.value - 1
  return share > 1 ? '> 100 %' : `${Math.round(100 * share)} %`
}

export function isValid({ validity, latency }: LadderCell): boolean {
  return validity.state === 'valid' && (latency === null || latency.validity.state === 'valid')
}

/** What a reader must know of a cell; a line each. */
export function noteOf(cell: LadderCell): string[] {
  const { info, missing, validity, latency } = cell
  const who = `level ${info.key}`
  if (missing !== null) return [`${who}: ${missing}`]
  const phases = [
    { name: 'capacity', ...validity },
    ...(latency === null ? [] : [{ name: 'latency', ...latency.validity }]),
  ].filter(({ state }) => state !== 'valid')
  const [gravest] = phases
  return [
    ...(gravest === undefined
      ? []
      : [
          `* ${who}: not valid: ${format.list(phases.map(({ name, state }) => `${name} ${state}`))}: ${gravest.evidence[0] ?? ''}`,
        ]),
    ...(latency !== null && latency.errorRate > 0
      ? [`${who}: ${format.percent(latency.errorRate)} of its requests failed at that rate`]
      : []),
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

/** What went wrong in a reload, a line each. */
export function reloadNotes(reload: Rung['reload']): string[] {
  if (reload === null) return []
  const { error, faults } = reload
  return [...(error === null ? [] : [error]), ...faults.map(({ what, count }) => `${count} × ${what}`)]
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

export const STATES: Readonly<Record<JudgedClaim['state'], string>> = {
  confirmed: 'confirmed',
  'not-confirmed': 'not confirmed',
  undecided: 'undecided',
  'not-testable': 'not testable here',
}

function claimsText(judged: readonly JudgedClaim[], { green, red, dim, bold }: Paint): string[] {
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

/** With its interval and unit. */
export function claimFigure({
  claim: { figure },
  measured,
}: Pick<JudgedClaim, 'claim' | 'measured'>): string {
  const units: Readonly<Record<typeof figure.kind, string>> = {
    capacity: '/s',
    'speed-up': '×',
    answer: ' ms',
    share: '',
    skew: '×',
    queued: '',
  }
  return intervalText(measured, units[figure.kind])
}

/** `2,050/s [1,990, 2,110]` */
export function intervalText(interval: RepeatInterval | null, unit = ''): string {
  if (interval === null) return '–'
  const { value, low, high } = interval
  const ends =
    low === null || high === null || low === high ? '' : ` [${format.rate(low)}, ${format.rate(high)}]`
  return `${format.rate(value)}${unit}${ends}`
}

/** The conditions that every figure is of, in a sentence. */
export function conditionText({ machine, settings, serviceCores, confidence }: LadderResult): string {
  const cores = `${format.plural(machine.usableCores, 'core')} (${machine.cpuModel}), of which the service has ${serviceCores}`
  const quota = settings.workerCpus
    ? `Virtual cores: each worker may use ${settings.workerCpus} of a core, so that many workers scale as many small cores would; figures are not those of whole cores. `
    : ''
  const repeats =
    settings.repeats === 1
      ? 'One repeat: no intervals.'
      : `± and brackets: ${wholePercent(confidence)} t-intervals over ${settings.repeats} interleaved repeats.`
  return `${quota}${cores}. ${repeats} gain: × the same level with fewest workers, else × the lowest level; eff.: gain ÷ workers.`
}

/** The answer in one sentence, of valid figures alone. */
export function ladderAnswer({ scenarios, cells }: LadderResult): string {
  const scenario = scenarios[0]?.name ?? 'any scenario'
  const all = cells.filter((cell) => cell.scenario === scenario && cell.capacity)
  const own = all.filter(({ validity }) => validity.state === 'valid')
  const [first] = own
  const best = own.reduce<LadderCell | undefined>(
    (most, next) => ((next.capacity?.value ?? 0) > (most?.capacity?.value ?? 0) ? next : most),
    undefined,
  )
  if (!best || !first) return `No level has a valid capacity on ${scenario}.`
  const rate = `${format.rate(best.capacity?.value ?? null)} ${scenario} requests/s`
  const who = ({ info }: LadderCell) =>
    `level ${info.number} (${info.name})${info.workers === null ? '' : ` with ${format.plural(info.workers, 'worker')}`}`
  const among =
    own.length < all.length ? `Of the ${own.length} valid figures of ${all.length}, the highest is of ` : ''
  const ratio = (best.capacity?.value ?? 0) / (first.capacity?.value ?? 1)
  const than = best === first ? '' : `, ${format.ratio(ratio)} ${who(first)}`
  return among === ''
    ? `${capital(who(best))} serves most: ${rate}${than}.`
    : `${among}${who(best)}: ${rate}${than}.`
}

/** What to type next, for what was measured. */
export function adviseLine({ rates, scenarios }: LadderResult, out: string): string | null {
  const rate = rates.find(({ scenario }) => scenario === scenarios[0]?.name)
  if (!rate?.rate) return null
  const where = out === 'reports' ? '' : ` --out ${out}`
  return `rungs advise --target '${Math.floor(rate.rate)}/s p99<200ms' --need crash-restart,zero-downtime --scenario ${rate.scenario}${where}`
}

function nameOf({ number, name }: Rung['info']): string {
  return shorten(number === null ? name : `${number} ${name}`, NAME)
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
