/** A count or a rate; of a rate below 10, two digits. */
export function grouped(n: number): string {
  return n < 10 ? String(Number(n.toPrecision(2))) : Math.round(n).toLocaleString('en')
}

/** A share as a percentage with at most one decimal. */
export function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`
}

/** A share as a percentage without needless digits: `5 %` of 0.05, `99.92 %` of 0.99917. */
export function percentText(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`
}

/** A time in µs as milliseconds: `1.2 ms`, `120 ms`. */
export function milliseconds(us: number): string {
  return `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`
}

/** A time in µs as seconds: `12.3 s`. */
export function seconds(us: number): string {
  return `${(us / 1e6).toFixed(1)} s`
}
