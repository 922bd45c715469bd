import type { LatencyPhase, Validity } from '../model/run/outcome.js'
import type { ErrorKind, OpenFacts } from '../model/run/sample.js'
import { foldRepeats, type Repeats } from '../stats/estimate/repeat-interval.js'
import { tellable, timedRequests } from '../stats/validity/enough.js'
import { mergeErrorKinds } from '../stats/validity/error-kinds.js'
import { underOneLoad } from '../stats/validity/validity-repeats.js'
import { messageOf } from '../words/errors.js'
import * as format from '../words/format.js'
import { type Accounting, accounting, busiestGenerator, highest, jointValidity } from './fold-repeats.js'
import { type LatencyFigures, mergedFigures, mergedSamples } from './latency.js'
import { readingText } from './reading-text.js'
import type { Repeat } from './server-figures.js'

/** What the open-loop phases of one or several repeats of a cell say together. */
export interface PhaseFigures {
  readonly repeats: readonly number[]
  readonly profile: LatencyPhase['profile']
  readonly arrival: 'uniform' | 'poisson' | null
  /** Arrivals per second, of the profile's 100 %; they differ where the rate is a share of each repeat's capacity. */
  readonly rate: { readonly min: number; readonly max: number }
  /** Share of the capacity; null where the rate was given. */
  readonly share: number | null
  /** Of the lowest capacity of all levels, or its own. */
  readonly shareOf: 'lowest' | 'own'
  /** From the intended moment of sending to the answer: what users see. */
  readonly latency: LatencyFigures | null
  /** `latency` by percentile: 1 ÷ (1 − percentile) and µs, as far as it is known. */
  readonly curve: readonly (readonly [nines: number, us: number])[]
  /** p99 of each repeat. */
  readonly p99: Repeats | null
  /** From the real moment of sending to the answer. */
  readonly service: LatencyFigures | null
  /** Real − intended moment of sending. */
  readonly lag: LatencyFigures | null
  /** The generator's own part of it. */
  readonly ownLag: LatencyFigures | null
  readonly accounting: Accounting
  readonly connections: { readonly peak: number; readonly allowed: number } | null
  readonly errors: readonly ErrorKind[]
  readonly generator: { readonly cpuShare: number; readonly loopDelayP99Us: number }
  readonly validity: Validity
  /** What the profile is for, in a sentence each; none for a steady one. */
  readonly readings: readonly string[]
}

export interface Phases {
  /** All repeats together; null without a latency phase, and where the repeats were under unlike loads. */
  readonly together: PhaseFigures | null
  /** All repeats together, or one for each where they cannot be put together. */
  readonly each: readonly PhaseFigures[]
  /** Why there are no figures of all repeats together, or of how many they are; null when there is nothing to say. */
  readonly note: string | null
  readonly warnings: readonly string[]
}

type Measured = { readonly repeat: number; readonly phase: LatencyPhase }

/** Folds the latency phases of a cell's repeats. Percentiles come from merged histograms. */
export function phasesOf(repeats: readonly Repeat[]): Phases {
  const measured = repeats.flatMap(({ repeat, outcome }): Measured[] =>
    outcome.latency === null ? [] : [{ repeat, phase: outcome.latency }],
  )
  if (measured.length === 0) {
    const failed = repeats.some(({ outcome }) => outcome.latencyFailure !== undefined)
    const note = failed ? 'latency could not be measured' : 'latency was not measured'
    return { together: null, each: [], note, warnings: [] }
  }
  if (!underOneLoad(measured.map(({ phase }) => phase))) {
    const each = measured.map((one) => phaseFigures([one]))
    const rates = measured.map(({ phase }) => phase.rate)
    return {
      together: null,
      each: each.map(({ figures }) => figures),
      note: `repeats ran under unlike loads (${rateText({ min: Math.min(...rates), max: Math.max(...rates) })} requests/s), so their latencies are not put together; each is in the details`,
      warnings: each.flatMap(({ warnings }) => warnings),
    }
  }
  const { figures, warnings } = phaseFigures(measured)
  const note =
    measured.length === repeats.length
      ? null
      : `latency of ${measured.length} of ${format.plural(repeats.length, 'repeat')}`
  return { together: figures, each: [figures], note, warnings }
}

function phaseFigures(measured: readonly Measured[]): { figures: PhaseFigures; warnings: string[] } {
  const phases = measured.map(({ phase }) => phase)
  const samples = phases.map(({ sample }) => sample)
  const opens = samples.flatMap(({ open }) => (open === undefined ? [] : [open]))
  const rates = phases.map((phase) => phase.rate)
  const counted = accounting(samples)
  const warnings: string[] = []
  const figuresOf = <T>(take: () => T | null): T | null => {
    try {
      return take()
    } catch (error) {
      warnings.push(`no latencies of the open loop: a histogram cannot be read: ${messageOf(error)}`)
      return null
    }
  }
  const timesOf = (histogramIn: (open: OpenFacts) => string, censored = 0) =>
    figuresOf(() => mergedFigures(opens.map(histogramIn), censored))
  const merged = figuresOf(() => mergedSamples(samples))
  const figures: PhaseFigures = {
    repeats: measured.map(({ repeat }) => repeat),
    profile: phases[0]?.profile ?? 'steady',
    arrival: opens[0]?.arrival ?? null,
    rate: { min: Math.min(...rates), max: Math.max(...rates) },
    share: phases[0]?.share ?? null,
    shareOf: phases[0]?.shareOf ?? 'own',
    latency: merged?.figures ?? null,
    curve: merged?.curve ?? [],
    p99: foldRepeats(
      phases.flatMap(({ latency, sample }) => tellable(latency, timedRequests(sample)).p99Us ?? []),
    ),
    service: timesOf((open) => open.serviceHistogram, counted.counts.timeout + counted.counts.unfinished),
    lag: timesOf((open) => open.lagHistogram),
    ownLag: timesOf((open) => open.ownLagHistogram),
    accounting: counted,
    connections:
      opens.length === 0
        ? null
        : {
            peak: highest(opens.map((open) => open.peakConnections)) ?? 0,
            allowed: highest(opens.map((open) => open.maxConnections)) ?? 0,
          },
    errors: mergeErrorKinds(samples.map(({ errors }) => errors)),
    generator: busiestGenerator(samples),
    validity: jointValidity(measured.map(({ repeat, phase }) => ({ repeat, validity: phase.validity }))),
    readings: measured.flatMap(({ repeat, phase }) => {
      if (phase.reading === null) return []
      const text = readingText(phase.reading, phase.profile)
      return [measured.length > 1 ? `Repeat ${repeat}: ${text}` : text]
    }),
  }
  return { figures, warnings: [...new Set(warnings)] }
}

/** `5,900`, or `5,900–6,100`. */
export function rateText({ min, max }: PhaseFigures['rate']): string {
  const [low, high] = [format.rate(min), format.rate(max)]
  return low === high ? low : `${low}–${high}`
}

/** `60 % of capacity`, `60 % of the lowest capacity`, or `a given rate`; with the profile where it is not steady. */
export function loadWords({
  profile,
  share,
  shareOf,
}: Pick<PhaseFigures, 'profile' | 'share' | 'shareOf'>): string {
  const whose = shareOf === 'lowest' ? 'the lowest capacity' : 'capacity'
  const of = share === null ? 'a given rate' : `${wholePercent(share)} of ${whose}`
  return profile === 'steady' ? of : `${profile}, base ${of}`
}

/** `60 %`: a setting, so without decimals that nobody gave. */
export function wholePercent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}
