import { SATURATED } from '../figures/server-figures.js'
import { pairedRatio } from '../figures/speed-up.js'
import type { Validity } from '../model/run/outcome.js'
import { type RepeatInterval, scaled } from '../stats/estimate/repeat-interval.js'
import { plural } from '../words/format.js'
import type { LadderCell } from './ladder-cells.js'
import type { LadderResult, LevelClaim } from './ladder-result.js'

type ClaimFigure = LevelClaim['figure']

export interface JudgedClaim {
  readonly claim: LevelClaim
  /**
   * `confirmed`, `not-confirmed`: the whole interval lies on that side. `undecided`: it lies on both, or is not valid.
   * `not-testable`: this machine or this ladder lacks what the claim is about.
   */
  readonly state: 'confirmed' | 'not-confirmed' | 'undecided' | 'not-testable'
  readonly measured: RepeatInterval | null
  /** With how many workers, for people. */
  readonly reason: string
}

/** With more of the service's cores in use, workers wait for them and for the caches. */
const CROWDED = 0.8

/** A figure that a claim is about, as far as there is one. */
interface Found extends Pick<LadderCell, 'quotaUsed' | 'coresUsed'> {
  readonly measured: RepeatInterval | null
  /** Workers of what was measured. */
  readonly workers: number
  /** Of everything that the figure is made of. */
  readonly validity: Validity['state']
  /** What it is, in words. */
  readonly what: string
}

type Missing = { readonly missing: string }

/** What a claim about a ladder comes to. Pure. */
export function judgeClaim(claim: LevelClaim, result: LadderResult): JudgedClaim {
  const found = find(claim.figure, result)
  if ('missing' in found) return { claim, state: 'not-testable', measured: null, reason: found.missing }
  const { measured, validity, what } = found
  const of = (state: JudgedClaim['state'], reason: string) => ({ claim, state, measured, reason })
  // A generator that could not send more makes a service look slower than it is, never faster.
  if (validity !== 'valid' && validity !== 'generator-bound')
    return of('undecided', `${what}: its measurement is not valid (${validity})`)
  if (!measured) return of('undecided', `${what}: no figure`)
  const side = sideOf(measured, claim.bound)
  if (side === 'keeps') return of('confirmed', what)
  if (validity !== 'valid') return of('undecided', `${what}: the load generator could not send more`)
  const lack = lackOf(claim, found, result)
  if (lack !== null) return of('not-testable', `${lack}; ${what}`)
  if (measured.low === null) return of('undecided', `${what}: one repeat has no interval; --repeats 3`)
  if (side === 'breaks') return of('not-confirmed', what)
  return of('undecided', `${what}: its interval lies on both sides; more --repeats narrow it`)
}

function sideOf({ low, high }: RepeatInterval, bound: LevelClaim['bound']): 'keeps' | 'breaks' | 'both' {
  if (low === null || high === null) return 'both'
  if ('atLeast' in bound) return low >= bound.atLeast ? 'keeps' : high < bound.atLeast ? 'breaks' : 'both'
  return high <= bound.atMost ? 'keeps' : low > bound.atMost ? 'breaks' : 'both'
}

/** Why a figure that does not keep the bound says nothing against the claim, or null. More cores would only help. */
function lackOf(
  { figure, cores }: LevelClaim,
  { workers, quotaUsed, coresUsed }: Found,
  result: LadderResult,
): string | null {
  const { settings, serviceCores } = result
  const here = `the service has ${serviceCores} here`
  const quota = settings.workerCpus ?? null
  if (figure.kind === 'capacity' && quota !== null)
    return `needs whole cores: each worker has ${quota} of one here`
  if (figure.kind === 'capacity' && cores !== undefined && serviceCores < cores)
    return `needs ${cores} cores: ${here}`
  const ofScale = figure.kind === 'speed-up' || figure.kind === 'share'
  if (ofScale && quota === null && workers > serviceCores)
    return `needs a core for each of ${workers} workers: ${here}, and they have no CPU quota`
  if (ofScale && quotaUsed !== null && quotaUsed < SATURATED)
    return `needs workers that their quota limits: these used ${Math.round(100 * quotaUsed)} % of it, so something that they share was the limit (a lower --worker-cpus leaves more to it)`
  if (ofScale && quota !== null && coresUsed > CROWDED * serviceCores)
    return `needs room on the cores of the service: ${coresUsed.toFixed(2)} of ${serviceCores} were in use, where all work costs more (a lower --worker-cpus leaves more)`
  return null
}

function find(figure: ClaimFigure, { cells }: LadderResult): Found | Missing {
  const { level, scenario } = figure
  const ofLevel = cells.filter(({ info }) => info.number === level)
  const measured = ofLevel.filter((cell) => cell.scenario === scenario && cell.capacity)
  if (ofLevel.length === 0) return { missing: `level ${level} was not measured` }
  if (measured.length === 0) return { missing: `level ${level} was not measured on ${scenario}` }
  const most = measured.at(-1) as LadderCell
  switch (figure.kind) {
    case 'capacity': {
      const wanted = measured.filter(({ info }) => (figure.workers ?? info.workers) === info.workers)
      const best = highestOf(wanted)
      if (!best) return { missing: `level ${level} was not measured with ${figure.workers} workers` }
      return { ...of(best), measured: best.capacity }
    }
    case 'speed-up':
      return speedUp(figure, measured)
    case 'share':
      return share(figure, most, cells)
    case 'answer': {
      const { latency } = most
      if (!latency) return { missing: `latency of level ${level} on ${scenario} was not measured` }
      return {
        ...of(most),
        measured: latency.p99 && scaled(latency.p99, 1e-3),
        validity: latency.validity.state,
        what: `${namely(most)}, at ${Math.round(latency.rate)}/s`,
      }
    }
    case 'skew':
      if ((most.info.workers ?? 1) < 2) return { missing: `level ${level} had one worker` }
      if (!most.skew) return { missing: `the workers of level ${level} did not tell what they served` }
      return { ...of(most), measured: most.skew }
    case 'queued': {
      const { queued } = highestBy(measured, (cell) => cell.queued ?? 0) ?? most
      if (queued === null) return { missing: `level ${level} does not tell of its queue` }
      // A count, not an estimate: it has no interval.
      return { ...of(most), measured: exact(queued), validity: 'valid' }
    }
  }
}

function speedUp(
  { level, workers, scenario }: Extract<ClaimFigure, { kind: 'speed-up' }>,
  measured: readonly LadderCell[],
): Found | Missing {
  const cell = measured.find(({ info }) => info.workers === workers)
  const one = measured.find(({ info }) => info.workers === 1)
  if (!cell || !one)
    return {
      missing: `level ${level} was not measured on ${scenario} with 1 and ${workers} workers (--workers 1,${workers})`,
    }
  const validity = one.validity.state === 'valid' ? cell.validity.state : one.validity.state
  return { ...of(cell), measured: cell.speedUp, validity: cell.speedUp ? 'valid' : validity }
}

function share(
  { level, of: other, scenario }: Extract<ClaimFigure, { kind: 'share' }>,
  most: LadderCell,
  cells: readonly LadderCell[],
): Found | Missing {
  const nodes = most.info.workers ?? 1
  if (nodes < 2) return { missing: `level ${level} had one node (--workers 1,3)` }
  const one = cells.find(
    ({ info, scenario: name }) => info.number === other && info.workers === 1 && name === scenario,
  )
  if (!one?.capacity) return { missing: `level ${other} was not measured with 1 worker (--workers 1,3)` }
  const ratio =
    most.capacity &&
    pairedRatio(
      { repeats: most.repeats, throughput: most.capacity },
      { repeats: one.repeats, throughput: one.capacity },
    )
  const validity = one.validity.state === 'valid' ? most.validity.state : one.validity.state
  return {
    ...of(most),
    measured: ratio && scaled(ratio, 1 / nodes),
    // Of a base that could be higher the ratio could be lower.
    validity: one.validity.state === 'generator-bound' ? 'noisy' : validity,
    what: `${nodes} nodes of level ${level} against ${nodes} × level ${other} with 1 worker`,
  }
}

function of(cell: LadderCell): Omit<Found, 'measured'> {
  const { info, quotaUsed, coresUsed } = cell
  return {
    workers: info.workers ?? 1,
    quotaUsed,
    coresUsed,
    validity: cell.validity.state,
    what: namely(cell),
  }
}

function namely({ info, scenario }: LadderCell): string {
  const workers = info.workers === null ? '' : ` with ${plural(info.workers, 'worker')}`
  return `level ${info.number}${workers} on ${scenario}`
}

function highestOf(cells: readonly LadderCell[]): LadderCell | undefined {
  const valid = cells.filter(({ validity }) => validity.state === 'valid')
  return highestBy(valid.length > 0 ? valid : cells, ({ capacity }) => capacity?.value ?? 0)
}

function highestBy(
  cells: readonly LadderCell[],
  sizeOf: (cell: LadderCell) => number,
): LadderCell | undefined {
  return cells.reduce<LadderCell | undefined>(
    (best, next) => (best === undefined || sizeOf(next) > sizeOf(best) ? next : best),
    undefined,
  )
}

function exact(value: number): RepeatInterval {
  return { value, low: value, high: value }
}
