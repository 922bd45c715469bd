import { UserError } from '../../words/errors.js'

/** What a CPU quota for workers is chosen by. */
export interface QuotaQuestion {
  readonly option: 'auto' | 'off' | number
  /** Workers of the level that has most. */
  readonly workers: number
  /** Cores that the service may use. */
  readonly serviceCores: number
  /** Whether the load comes from cores of its own. */
  readonly isApart: boolean
  /** Processes that generate the load. */
  readonly generators: number
  /** Why no quota can be given here, or null. */
  readonly problem: string | null
}

export interface QuotaChoice {
  /** CPU time per time of each worker, in cores; null for no quota. */
  readonly cpus: number | null
  /** Why not, where it was left to rungs and would have been of use. */
  readonly reason: string | null
}

/** Of the service's cores, what `auto` leaves to the database, the proxy and the queue, which have no quota. */
const SPARE_SHARE = 2 / 3
/** With less, a worker's quota is a few milliseconds in a tenth of a second. */
const LEAST = 0.01

/**
 * The CPU quota of each worker. `auto` gives one where there are fewer cores than workers and generators, so that N workers
 * scale as N small cores would.
 * @throws UserError for a quota that cannot be given; `auto` never fails.
 */
export function chooseWorkerCpus(question: QuotaQuestion): QuotaChoice {
  const { option, workers, serviceCores, isApart, generators, problem } = question
  if (option === 'off') return { cpus: null, reason: null }
  if (option === 'auto') {
    const own = isApart ? serviceCores : Math.max(serviceCores - generators, serviceCores / 2)
    if (workers <= own) return { cpus: null, reason: null }
    if (problem !== null) return { cpus: null, reason: `no CPU quota for workers: ${problem}` }
    const cpus = twoDigits(((1 - SPARE_SHARE) * own) / workers)
    if (cpus >= LEAST) return { cpus, reason: null }
    return { cpus: null, reason: `no CPU quota for workers: ${workers} are too many for ${coresText(own)}` }
  }
  if (problem !== null) throw new UserError(`worker-cpus ${option}: ${problem}`)
  if (option * workers > serviceCores + 1e-9) {
    throw new UserError(
      `worker-cpus ${option}: ${workers} workers would need ${Number((option * workers).toFixed(3))} cores, and the service has ${coresText(serviceCores)}: at most ${Math.floor((1_000 * serviceCores) / workers) / 1_000} fits`,
    )
  }
  return { cpus: option, reason: null }
}

/** The next lower number with two digits: 0.0666 is 0.066. */
function twoDigits(value: number): number {
  const step = 10 ** (Math.floor(Math.log10(value)) - 1)
  return Number((Math.floor(value / step + 1e-9) * step).toPrecision(2))
}

function coresText(cores: number): string {
  return `${cores} ${cores === 1 ? 'core' : 'cores'}`
}
