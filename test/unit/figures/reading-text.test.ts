import { expect, it } from 'vitest'
import { readingText } from '../../../src/figures/reading-text.js'
import type { ProfileReading } from '../../../src/model/plan/profile.js'

const broke = { kind: 'breaking-point' as const, goodRate: 1_100, brokeAtRate: 1_240, why: 'p99 above 1 s' }

it.each<[string, 'ramp' | 'stress' | 'spike' | 'soak', ProfileReading, string]>([
  [
    'a ramp that broke',
    'ramp',
    { ...broke, recoverySeconds: null },
    'It broke at 1,240 requests/s (p99 above 1 s); 1,100 were still good.',
  ],
  [
    'a stress that did not recover',
    'stress',
    { ...broke, goodRate: null, recoverySeconds: null },
    'It broke at 1,240 requests/s (p99 above 1 s); no second was good. Latency was not back to normal before the measurement ended.',
  ],
  [
    'a stress that recovered',
    'stress',
    { ...broke, why: null, recoverySeconds: 4 },
    'It broke at 1,240 requests/s; 1,100 were still good. Latency was back to normal 4 s after the rate was bearable again.',
  ],
  [
    'a ramp that did not break',
    'ramp',
    { ...broke, brokeAtRate: null, why: null, recoverySeconds: null },
    'It did not break: 1,100 requests/s were still good.',
  ],
  [
    'a spike',
    'spike',
    { kind: 'recovery', baselineP99Us: 5_000, peakP99Us: 80_000, recoverySeconds: null },
    'p99 went from 5.00 ms to 80.0 ms in the spike; latency and errors were not back before the measurement ended.',
  ],
  [
    'a soak with a leak',
    'soak',
    {
      kind: 'drift',
      p99UsPerHour: -200,
      rssBytesPerHour: 104_857_600,
      p99Drifts: false,
      rssGrows: true,
    },
    'p99 shows no drift (−0.20 ms an hour, zero within its 95 % interval); memory grows by +100 MiB an hour.',
  ],
])('tells of %s', (_what, profile, reading, text) => {
  expect(readingText(reading, profile)).toBe(text)
})
