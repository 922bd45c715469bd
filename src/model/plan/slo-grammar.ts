import type { Slo, SloMetric } from './slo.js'

/*
 * rule       = metric comparison number unit          spaces between the parts do not count
 * metric     = "p50" | "p90" | "p95" | "p99" | "p99.9" | "max" | "errors" | "throughput" | "availability"
 * comparison = "<" | "<=" | ">" | ">="
 * number     = digits [ "." digits ]
 * unit       = "us" | "µs" | "ms" | "s" | "%" | "/s"
 *
 * Latencies take a time and errors a share, with < or <=; availability takes a share and throughput a rate, with > or >=.
 */
const RULE = /^([a-z][a-z0-9.]*)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*([a-zµ%/]*)$/

type Kind = 'time' | 'errors' | 'throughput' | 'availability'

interface Suits {
  readonly comparisons: readonly string[]
  /** Unit to the power of ten that one of it is in `Slo.limit`. */
  readonly units: Readonly<Record<string, number>>
  /** What suits, in words. */
  readonly words: string
  readonly example: string
}

const SUITS: Readonly<Record<Kind, Suits>> = {
  time: {
    comparisons: ['<', '<='],
    units: { us: 0, µs: 0, ms: 3, s: 6 },
    words: '< or <= and a time in us, ms or s',
    example: '<500ms',
  },
  errors: {
    comparisons: ['<', '<='],
    units: { '%': -2 },
    words: '< or <= and a share in %',
    example: '<0.1%',
  },
  throughput: {
    comparisons: ['>', '>='],
    units: { '/s': 0 },
    words: '> or >= and a rate in /s',
    example: '>1000/s',
  },
  availability: {
    comparisons: ['>', '>='],
    units: { '%': -2 },
    words: '> or >= and a share in %',
    example: '>99.9%',
  },
}

const KINDS: Readonly<Record<SloMetric, Kind>> = {
  p50: 'time',
  p90: 'time',
  p95: 'time',
  p99: 'time',
  'p99.9': 'time',
  max: 'time',
  errors: 'errors',
  throughput: 'throughput',
  availability: 'availability',
}

/** Whether the metric is a latency, which only an open loop can tell. */
export function isLatencyMetric(metric: SloMetric): boolean {
  return KINDS[metric] === 'time'
}

/** Reads a rule such as `p99<500ms`; `problem` is one line that says what would suit. */
export function parseSlo(text: string): { readonly value: Slo } | { readonly problem: string } {
  const rule = text.trim()
  const [, metric = '', comparison = '', number = '', unit = ''] = RULE.exec(rule) ?? []
  if (metric === '') {
    return {
      problem: `'${rule}' must be a metric, a comparison and a limit, such as p99<500ms or errors<0.1%`,
    }
  }
  if (!isMetric(metric)) {
    return { problem: `'${rule}': there is no metric ${metric}; there are ${Object.keys(KINDS).join(', ')}` }
  }
  const { comparisons, units, words, example } = SUITS[KINDS[metric]]
  const power = units[unit]
  if (power === undefined || !comparisons.includes(comparison)) {
    return { problem: `'${rule}': ${metric} takes ${words}, such as ${metric}${example}` }
  }
  // Read as one decimal number: 99.9 × 0.01 would not be 0.999.
  const limit = Number(`${number}e${power}`)
  const slo: Slo = { rule, metric, comparison: comparison as Slo['comparison'], limit }
  const hopeless = hopelessness(slo)
  return hopeless === null ? { value: slo } : { problem: `'${rule}': ${hopeless}` }
}

function isMetric(text: string): text is SloMetric {
  return Object.hasOwn(KINDS, text)
}

/** A rule that nothing can meet, or that everything meets, was not meant. */
function hopelessness({ metric, comparison, limit }: Slo): string | null {
  const kind = KINDS[metric]
  if (kind === 'time' || kind === 'throughput') {
    return limit > 0 ? null : `the limit must be above 0, such as ${metric}${SUITS[kind].example}`
  }
  if (limit > 1) return 'a share cannot be above 100%'
  if (comparison === '<' && limit === 0) return 'no share is below 0%; write errors<=0%'
  if (comparison === '>' && limit === 1) return 'no share is above 100%; write availability>=100%'
  return null
}
