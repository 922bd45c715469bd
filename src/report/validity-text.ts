import type { Validity } from '../model/run.js'
import type { MeasuredFigures } from './cell-figures.js'
import { graver } from './fold-repeats.js'

export interface PhaseValidity {
  readonly phase: 'capacity' | 'latency'
  readonly state: Validity['state']
  readonly evidence: readonly string[]
}

/** Of every phase that was measured: capacity, then latency. */
export function validities({ validity, phases }: MeasuredFigures): PhaseValidity[] {
  return [
    { phase: 'capacity', ...validity },
    ...phases.map((figures) => ({ phase: 'latency' as const, ...figures.validity })),
  ]
}

/** The graver one, which is what a table shows. */
export function gravestOf(measured: MeasuredFigures): PhaseValidity {
  return validities(measured).reduce((gravest, next) => (graver(next.state, gravest.state) ? next : gravest))
}

/** `valid`, or `noisy (latency)`. */
export function validityText({ state, phase }: PhaseValidity): string {
  return state === 'valid' ? state : `${state} (${phase})`
}
