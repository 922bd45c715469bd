import type { Validity } from '../../model/run/outcome.js'

/** Why no conclusion may be drawn from a measurement. */
export type Problem = { readonly state: Exclude<Validity['state'], 'valid'>; readonly evidence: string }

/** A count or a rate; of a rate below 10, two digits. */
export const grouped = (n: number) =>
  n < 10 ? String(Number(n.toPrecision(2))) : Math.round(n).toLocaleString('en')
export const percent = (share: number) => `${Math.round(share * 1_000) / 10} %`
export const milliseconds = (us: number) => `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`
