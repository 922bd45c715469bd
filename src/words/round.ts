/** Rounded to so many decimals: more are not seen in a drawing, and make a page large. */
export function toDecimals(value: number, decimals: number): number {
  const scale = 10 ** decimals
  return Math.round(value * scale) / scale
}

/** Rounded to one decimal. */
export function toTenth(value: number): number {
  return toDecimals(value, 1)
}
