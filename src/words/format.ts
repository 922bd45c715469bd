/** Text for figures, the same in every output. A missing figure is an en dash. */
const NONE = '–'

/** Whole numbers with thousands separated by commas. */
export function integer(value: number | null): string {
  if (value === null) return NONE
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Three significant digits or so: whole from 100 on, one decimal from 10 on, two below. */
function threeDigits(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 99.95) return integer(value)
  return value.toFixed(size >= 9.995 ? 1 : 2)
}

/** Rate per second, without its unit. */
export function rate(perSecond: number | null): string {
  return perSecond === null ? NONE : threeDigits(perSecond)
}

/** Milliseconds, without the unit, of a time in µs. */
export function milliseconds(us: number | null): string {
  if (us === null) return NONE
  return us > 0 && us < 100 ? (us / 1000).toFixed(3) : threeDigits(us / 1000)
}

/** No latency below this, in µs, is told apart: `rungs calibrate` finds the instrument off by about as much. */
export const LEAST_LATENCY_US = 100

/** As `milliseconds`, of a latency. */
export function latency(us: number | null): string {
  return us !== null && us < LEAST_LATENCY_US ? `< ${LEAST_LATENCY_US / 1000}` : milliseconds(us)
}

/** CPU time per request in µs, without the unit. */
export function cpuMicroseconds(us: number | null): string {
  return us === null ? NONE : threeDigits(us)
}

/** `1.92×`. */
export function ratio(value: number | null): string {
  return value === null ? NONE : `${value >= 99.95 ? integer(value) : value.toFixed(value >= 9.995 ? 1 : 2)}×`
}

/** Memory in MiB or GiB. */
export function bytes(value: number | null): string {
  if (value === null) return NONE
  const mebibytes = value / 1_048_576
  return mebibytes >= 1024 ? `${(mebibytes / 1024).toFixed(1)} GiB` : `${threeDigits(mebibytes)} MiB`
}

/** A share of 0 to 1 as percent; a share that is not zero never reads as zero. */
export function percent(share: number | null): string {
  if (share === null) return NONE
  if (share > 0 && share < 0.0001) return '< 0.01 %'
  const value = share * 100
  return `${value === 0 ? '0' : value.toFixed(value < 1 ? 2 : value < 99.95 ? 1 : 0)} %`
}

/** `2025-11-21 02:42 UTC` of an ISO time; anything else unchanged. */
export function instant(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}):\d{2}(?:\.\d+)?Z$/.exec(iso)
  return match ? `${match[1]} ${match[2]} UTC` : iso
}

/** `1 run`, `2 runs`, `3 repeats`. */
export function plural(count: number, singular: string, plural_ = `${singular}s`): string {
  return `${integer(count)} ${count === 1 ? singular : plural_}`
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** The text with its first letter in upper case. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

/** The text, or as much of it as takes `most` characters together with an ellipsis. */
export function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}
