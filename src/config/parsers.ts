/**
 * What a parser makes of a text: the value, or what the text must be instead ("must be …", with an example); `more` when
 * several entries of a list are wrong.
 */
export type Parsed<T> =
  | { readonly value: T }
  | { readonly problem: string; readonly more?: readonly string[] }
export type Parser<T> = (text: string) => Parsed<T>

interface WholeRange {
  readonly min: number
  readonly max: number
  readonly example: number
}

export function wholeNumber({ min, max, example }: WholeRange): Parser<number> {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return { value }
    return { problem: `must be a whole number from ${min} to ${max}, such as ${example}` }
  }
}

const SECONDS_PER: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 }

interface SecondsRange {
  /** Whether 0 is allowed. */
  readonly zero: boolean
  readonly max: number
  readonly example: number
}

/** `10`, `10s`, `500ms`, `2m` or `1h`, in seconds. */
export function seconds({ zero, max, example }: SecondsRange): Parser<number> {
  return (text) => {
    const [, number, unit = 's'] = /^(\d+(?:\.\d+)?|\.\d+)\s?(ms|s|m|h)?$/.exec(text) ?? []
    const value = Number(number) * (SECONDS_PER[unit] ?? Number.NaN)
    if (value <= max && (zero ? value >= 0 : value > 0)) return { value }
    const range = zero ? `from 0 to ${max}` : value > max ? `up to ${max}` : 'above 0'
    return { problem: `must be a number of seconds ${range}, such as ${example} (or 500ms, 2m, 1h)` }
  }
}

/** A comma-separated list; spaces around its entries do not count. */
export function list(example: string): Parser<readonly string[]> {
  return (text) => {
    const value = text.split(',').map((entry) => entry.trim())
    if (value.every((entry) => entry !== '')) return { value: [...new Set(value)] }
    return { problem: `must be a comma-separated list without empty entries, such as ${example}` }
  }
}

export function oneOf<const T extends string>(options: readonly T[]): Parser<T> {
  return (text) => {
    const value = options.find((option) => option === text)
    return value === undefined ? { problem: `must be one of ${options.join(', ')}` } : { value }
  }
}

export function nonEmpty(example: string): Parser<string> {
  return (text) => (text.trim() === '' ? { problem: `must not be empty; give ${example}` } : { value: text })
}

/** `5%` or `0.05`, as a number. A bare `5` is refused: it may mean either. */
export function percentage({
  max,
  example,
}: {
  readonly max: number
  readonly example: string
}): Parser<number> {
  return (text) => {
    const [, number, unit] = /^(\d+(?:\.\d+)?|\.\d+)\s?(%)?$/.exec(text) ?? []
    const value = unit ? Number(number) / 100 : Number(number)
    if (value > 0 && value <= max && (unit || value < 1)) return { value }
    return { problem: `must be a percentage above 0, up to ${max * 100}%, such as ${example}` }
  }
}

/** A switch: `yes` or `no`, with the usual other words for them. */
export const yesNo: Parser<boolean> = (text) => {
  if (/^(yes|true|on|1)$/i.test(text)) return { value: true }
  if (/^(no|false|off|0)$/i.test(text)) return { value: false }
  return { problem: 'must be yes or no' }
}
