import type { Validity } from '../../model/run/outcome.js'

/** Why no conclusion may be drawn from a measurement. */
export type Problem = { readonly state: Exclude<Validity['state'], 'valid'>; readonly evidence: string }

/** What `rungs calibrate` allows the instrument, in µs: times that lie less apart are alike. */
export const INSTRUMENT_US = 500
