/** A stream of pseudo-random numbers in [0, 1), the same for the same seed. */
export type Random = () => number

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, fast, passes gjrand; ample for drawing requests. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A seed for the `index`-th of several streams that must not resemble each other (the finaliser of MurmurHash3). */
export function seedOf(seed: number, index: number): number {
  let h = (seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A whole number from `low` to `high`, both included. */
export function intBetween(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1))
}

/** An index of `weights`, drawn in proportion to them. */
export function pickWeighted(random: Random, weights: readonly number[]): number {
  let at = random() * weights.reduce((sum, weight) => sum + weight, 0)
  for (let i = 0; i < weights.length; i++) {
    at -= weights[i] ?? 0
    if (at < 0) return i
  }
  return weights.length - 1
}

/** A version 4 UUID, drawn from the stream. */
export function uuidOf(random: Random): string {
  const hex = (bits: number) =>
    Math.floor(random() * 2 ** bits)
      .toString(16)
      .padStart(bits / 4, '0')
  const variant = (8 + Math.floor(random() * 4)).toString(16)
  return `${hex(32)}-${hex(16)}-4${hex(12)}-${variant}${hex(12)}-${hex(24)}${hex(24)}`
}
