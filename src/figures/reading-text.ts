import type { ProfileName, ProfileReading } from '../model/plan/profile.js'
import * as format from '../words/format.js'

/** What a profile is for, read from its result, as sentences. */
export function readingText(reading: ProfileReading, profile: ProfileName): string {
  switch (reading.kind) {
    case 'breaking-point':
      return breakingPoint(reading, profile)
    case 'recovery':
      return recovery(reading)
    case 'drift':
      return drift(reading)
  }
}

type Kind<K extends ProfileReading['kind']> = Extract<ProfileReading, { kind: K }>

function breakingPoint(
  { goodRate, brokeAtRate, why, recoverySeconds }: Kind<'breaking-point'>,
  profile: ProfileName,
): string {
  if (brokeAtRate === null) {
    return goodRate === null
      ? 'No breaking point was found.'
      : `It did not break: ${format.rate(goodRate)} requests/s were still good.`
  }
  const good = goodRate === null ? 'no second was good' : `${format.rate(goodRate)} were still good`
  const broke = `It broke at ${format.rate(brokeAtRate)} requests/s${why === null ? '' : ` (${why})`}; ${good}.`
  // A ramp never goes back to a bearable rate, so there is no recovery to speak of.
  if (recoverySeconds === null)
    return profile === 'stress'
      ? `${broke} Latency was not back to normal before the measurement ended.`
      : broke
  return `${broke} Latency was back to normal ${seconds(recoverySeconds)} after the rate was bearable again.`
}

function recovery({ baselineP99Us, peakP99Us, recoverySeconds }: Kind<'recovery'>): string {
  const rise =
    baselineP99Us === null || peakP99Us === null
      ? 'There are too few answers to say how far p99 rose in the spike'
      : `p99 went from ${format.milliseconds(baselineP99Us)} ms to ${format.milliseconds(peakP99Us)} ms in the spike`
  return recoverySeconds === null
    ? `${rise}; latency and errors were not back before the measurement ended.`
    : `${rise}; latency and errors were back ${seconds(recoverySeconds)} after it.`
}

function drift({ p99UsPerHour, rssBytesPerHour, p99Drifts, rssGrows }: Kind<'drift'>): string {
  const p99 =
    p99UsPerHour === null
      ? 'No slope of p99 is known'
      : p99Drifts
        ? `p99 drifts by ${signed(p99UsPerHour / 1000)} ms an hour`
        : `p99 shows no drift (${signed(p99UsPerHour / 1000)} ms an hour, zero within its 95 % interval)`
  const mebibytes = rssBytesPerHour === null ? null : rssBytesPerHour / 1_048_576
  const memory =
    mebibytes === null
      ? 'no slope of memory is known'
      : rssGrows
        ? `memory grows by ${signed(mebibytes)} MiB an hour`
        : `memory shows no growth (${signed(mebibytes)} MiB an hour, zero within its 95 % interval)`
  return `${p99}; ${memory}.`
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${format.rate(Math.abs(value))}`
}

function seconds(value: number): string {
  return `${Number(value.toFixed(1))} s`
}
