import type { Parser } from './parsers.js'

/**
 * Whether the generator and the service are kept on cores of their own: `auto` where the system can and has two or
 * more, `off`, or the cores of each.
 */
export type Affinity =
  | 'auto'
  | 'off'
  | { readonly generator: readonly number[]; readonly service: readonly number[] }

const PROBLEM =
  'must be auto, off, or the cores of the generator and of the service, such as 0:1-3 (no core in both)'

/** `auto`, `off`, or `GENERATOR:SERVICE` with lists of cores such as `0-1:2,4-7`. */
export const affinity: Parser<Affinity> = (text) => {
  if (text === 'auto' || text === 'off') return { value: text }
  const [generator, service, ...rest] = text.split(':').map(cores)
  if (!generator || !service || rest.length > 0) return { problem: PROBLEM }
  if (generator.some((core) => service.includes(core))) return { problem: PROBLEM }
  return { value: { generator, service } }
}

/** `0,2-4` as [0, 2, 3, 4], or null when it is no such list. Core numbers end at 1023, as those of Linux's sets do. */
function cores(text: string): number[] | null {
  const found = new Set<number>()
  for (const part of text.split(',')) {
    const [, first, last = first] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part.trim()) ?? []
    if (first === undefined || Number(last) < Number(first) || Number(last) > 1023) return null
    for (let core = Number(first); core <= Number(last); core++) found.add(core)
  }
  return [...found].sort((a, b) => a - b)
}

export function showAffinity(value: Affinity): string {
  return typeof value === 'string' ? value : `${value.generator.join(',')}:${value.service.join(',')}`
}
