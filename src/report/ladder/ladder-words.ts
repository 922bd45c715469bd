import { errorsNote } from '../../figures/error-notes.js'
import { wholePercent } from '../../figures/phase-figures.js'
import { byCapacity, ratioOf } from '../../figures/speed-up.js'
import { type JudgedClaim, judgeClaim } from '../../ladder/judge-claim.js'
import type { LadderCell } from '../../ladder/ladder-cells.js'
import type { LadderResult, Rung } from '../../ladder/ladder-result.js'
import { type Cell, type DocColumn, type DocSection, figures, type Tone, table } from '../../markup/doc.js'
import type { TestCase } from '../../markup/junit.js'
import type { RepeatInterval, Repeats } from '../../stats/estimate/repeat-interval.js'
import { kindText } from '../../stats/validity/errors-text.js'
import * as format from '../../words/format.js'

/** Every claim about the levels, judged by this ladder. */
export function judgedClaims(result: LadderResult): JudgedClaim[] {
  return result.claims.map((claim) => judgeClaim(claim, result))
}

/** `4 %`: how far the farther end of the interval lies from the figure. */
export function halfWidth(interval: RepeatInterval | null): string {
  if (interval === null || interval.low === null || interval.high === null) return '–'
  const { value, low, high } = interval
  const share = Math.max(high / value, value / low) - 1
  return share > 1 ? '> 100 %' : `${Math.round(100 * share)} %`
}

export function isValid({ validity, latency }: LadderCell): boolean {
  return validity.state === 'valid' && (latency === null || latency.validity.state === 'valid')
}

/** What a reader must know of a cell; a line each. */
export function noteOf(cell: LadderCell): string[] {
  const { info, missing, validity, latency, efficiency, base, errors, unread } = cell
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
    ...[errorsNote(errors) ?? []].flat().map((text) => `${who}: errors: ${text}`),
    ...unread.map((text) => `${who}: ${text}`),
    // N workers cannot give more than N times as much by being N.
    ...((efficiency?.low ?? 0) > 1
      ? [
          `${who}: gained more than its workers alone can give: compare the CPU time a request of level ${base}`,
        ]
      : []),
  ]
}

/** What went wrong in a reload, a line each. */
export function reloadNotes(reload: Rung['reload']): string[] {
  if (reload === null) return []
  const { error, faults } = reload
  return [...(error === null ? [] : [error]), ...faults.map(kindText)]
}

export const STATES: Readonly<Record<JudgedClaim['state'], string>> = {
  confirmed: 'confirmed',
  'not-confirmed': 'not confirmed',
  undecided: 'undecided',
  'not-testable': 'not testable here',
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

const TONES: Readonly<Record<JudgedClaim['state'], Tone>> = {
  confirmed: 'good',
  'not-confirmed': 'bad',
  undecided: 'warn',
  'not-testable': 'dim',
}

const CLAIM_COLUMNS: readonly DocColumn[] = [
  { head: 'Claim', align: 'left', wrap: true },
  { head: 'Verdict', align: 'left', shows: 'state' },
  ...figures('Measured'),
  { head: 'Of what', align: 'left', wrap: true },
]

/** The claims as test cases: what was not decided is skipped. */
export function claimCases(judged: readonly JudgedClaim[]): TestCase[] {
  const states = { confirmed: 'passed', 'not-confirmed': 'failed' } as const
  return judged.map((one) => ({
    className: 'rungs ladder.claims',
    name: one.claim.text,
    state: states[one.state as keyof typeof states] ?? 'skipped',
    message: `${STATES[one.state]}: ${claimFigure(one)} (${one.reason})`,
  }))
}

/** What is claimed, and what came of it. */
export function claimsSection(judged: readonly JudgedClaim[]): DocSection {
  const rows = judged.map((one): Cell[] => {
    const { claim, state, reason } = one
    return [claim.text, { text: STATES[state], tone: TONES[state] }, claimFigure(one), reason]
  })
  const count = (state: JudgedClaim['state']) => judged.filter((one) => one.state === state).length
  return {
    id: 'claims',
    title: 'What the guides claim',
    lead: `Confirmed or not where the whole interval lies on one side: ${count('confirmed')} confirmed, ${count('not-confirmed')} not confirmed, ${count('undecided')} undecided, ${count('not-testable')} not testable here.`,
    blocks: [table(CLAIM_COLUMNS, rows)],
  }
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

type Measured = LadderCell & { readonly capacity: Repeats }

/** The answer in one sentence, of valid figures alone. */
export function ladderAnswer({ scenarios, cells }: LadderResult): string {
  const scenario = scenarios[0]?.name ?? 'any scenario'
  const all = cells.filter((cell): cell is Measured => cell.scenario === scenario && cell.capacity !== null)
  const own = all.filter(({ validity }) => validity.state === 'valid')
  const [first] = own
  const [best] = byCapacity(own, ({ capacity }) => capacity)
  if (!best || !first) return `No level has a valid capacity on ${scenario}.`
  const rate = `${format.rate(best.capacity.value)} ${scenario} requests/s`
  const who = ({ info }: LadderCell) =>
    `level ${info.number} (${info.name})${info.workers === null ? '' : ` with ${format.plural(info.workers, 'worker')}`}`
  const among =
    own.length < all.length ? `Of the ${own.length} valid figures of ${all.length}, the highest is of ` : ''
  const ratio = ratioOf(best.capacity, first.capacity)
  const than = best === first ? '' : `, ${format.ratio(ratio?.value ?? null)} ${who(first)}`
  return among === ''
    ? `${format.capital(who(best))} serves most: ${rate}${than}.`
    : `${among}${who(best)}: ${rate}${than}.`
}

/** What to type next, for what was measured. */
export function adviseLine({ rates, scenarios }: LadderResult, out: string): string | null {
  const rate = rates.find(({ scenario }) => scenario === scenarios[0]?.name)
  if (!rate?.rate) return null
  const where = out === 'reports' ? '' : ` --out ${out}`
  return `rungs advise --target '${Math.floor(rate.rate)}/s p99<200ms' --need crash-restart,zero-downtime --scenario ${rate.scenario}${where}`
}
