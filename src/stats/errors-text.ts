import type { Sample } from '../model/sample.js'

const MOST_KINDS = 3

/** What came instead of good answers, for people: `1,204 × ECONNREFUSED, 32 unfinished`; `nothing at all` for none. */
export function errorsText({ errors, counts }: Pick<Sample, 'errors' | 'counts'>): string {
  const parts = errors
    .slice(0, MOST_KINDS)
    .map(({ what, count }) => `${count.toLocaleString('en')} × ${what}`)
  if (counts.unfinished > 0) parts.push(`${counts.unfinished.toLocaleString('en')} unfinished`)
  return parts.join(', ') || 'nothing at all'
}
