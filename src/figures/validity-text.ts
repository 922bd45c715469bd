import type { Validity } from '../model/run/outcome.js'
import { groupBy } from '../words/group-by.js'
import type { MeasuredFigures } from './cell-figures.js'
import { graver } from './fold-repeats.js'

export interface PhaseValidity {
  readonly phase: 'capacity' | 'latency'
  /** Of which repeats, where the phase of each stands by itself; else null. */
  readonly repeats: readonly number[] | null
  readonly state: Validity['state']
  readonly evidence: readonly string[]
}

/** Of every phase that was measured: capacity, then latency. */
export function validities({ validity, phases }: MeasuredFigures): PhaseValidity[] {
  return [
    { phase: 'capacity', repeats: null, ...validity },
    ...phases.map((figures) => ({
      phase: 'latency' as const,
      repeats: phases.length > 1 ? figures.repeats : null,
      ...figures.validity,
    })),
  ]
}

/** The graver one, which is what a table shows. */
export function gravestOf(measured: MeasuredFigures): PhaseValidity {
  return validities(measured).reduce((gravest, next) => (graver(next.state, gravest.state) ? next : gravest))
}

/** Behind a throughput that was still rising or falling when it was measured. */
export function trendMark({ trend }: Pick<Validity, 'trend'>): string {
  return trend === undefined ? '' : trend === 'rising' ? '↗' : '↘'
}

/** `valid`, or `noisy (latency)`. */
export function validityText({ state, phase }: PhaseValidity): string {
  return state === 'valid' ? state : `${state} (${phase})`
}

/** Of both phases: `valid`, `machine-busy (capacity and latency)`, `noisy (capacity), generator-bound (latency)`. */
export function validityWords(measured: MeasuredFigures): string {
  const parts = [...groupBy(invalidPhases(measured), ({ state }) => state)].map(
    ([state, phases]) => `${state} (${[...new Set(phases.map(({ phase }) => phase))].join(' and ')})`,
  )
  return parts.length === 0 ? 'valid' : parts.join(', ')
}

/** Those of which nothing may be concluded; capacity, then latency. */
export function invalidPhases(measured: MeasuredFigures): PhaseValidity[] {
  return validities(measured).filter(({ state }) => state !== 'valid')
}

/** What is to be known of the valid phases: that the service took all connections. */
export function remarksOf(measured: MeasuredFigures): string[] {
  return validities(measured).flatMap(({ state, evidence, repeats }) =>
    state !== 'valid'
      ? []
      : evidence.map((text) => (repeats === null ? text : `repeat ${repeats.join(', ')}: ${text}`)),
  )
}
