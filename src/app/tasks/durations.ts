import type { Durations } from './task-service.js'

/** Bounds grow by 2^(1/8), about 9 %: a percentile that is read from them is at most so much too high. */
const PER_DOUBLING = 8

/** Which bucket a duration falls into. The bounds are 2^(n/8) ms; below 1/8 ms all is one bucket. */
export function bucketOf(milliseconds: number): number {
  return Math.ceil(PER_DOUBLING * Math.log2(Math.max(milliseconds, 1 / 8)))
}

/** Upper bound of a bucket, in seconds. */
export function boundOf(bucket: number): number {
  return 2 ** (bucket / PER_DOUBLING) / 1_000
}

/** From the fields of a hash, `PREFIX:BUCKET` → count, and `PREFIX_us` → sum of microseconds. */
export function readDurations(fields: Readonly<Record<string, string>>, prefix: string): Durations {
  const buckets = Object.entries(fields)
    .filter(([field]) => field.startsWith(`${prefix}:`))
    .map(([field, count]) => ({ bucket: Number(field.slice(prefix.length + 1)), count: Number(count) }))
    .sort((a, b) => a.bucket - b.bucket)
  return {
    sumSeconds: Number(fields[`${prefix}_us`] ?? 0) / 1e6,
    buckets: buckets.map(({ bucket, count }) => ({ le: boundOf(bucket), count })),
  }
}
