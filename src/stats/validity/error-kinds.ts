import type { ErrorKind } from '../../model/run/sample.js'

/** More kinds than this are counted together, as `OTHER_ERRORS`. */
export const MOST_KINDS = 50

export const OTHER_ERRORS = 'other errors'

/** Steps of a kind beyond these are left out, and so are the examples of the rarest kinds. */
const [MOST_STEPS, MOST_EXAMPLES] = [20, 20]

/** The same kinds of error from several generators or samples, put together: the most frequent first. */
export function mergeErrorKinds(lists: readonly (readonly ErrorKind[])[]): ErrorKind[] {
  const all = new Map<string, ErrorKind[]>()
  for (const kind of lists.flat()) {
    const same = all.get(kind.what)
    if (same) same.push(kind)
    else all.set(kind.what, [kind])
  }
  return [...all.values()]
    .map(together)
    .sort((a, b) => b.count - a.count)
    .map((kind, place) => (place < MOST_EXAMPLES ? kind : withoutExample(kind)))
}

function together(same: readonly ErrorKind[]): ErrorKind {
  const steps = new Map<string, number>()
  for (const { name, count } of same.flatMap((kind) => kind.steps ?? []))
    steps.set(name, (steps.get(name) ?? 0) + count)
  const example = same.find((kind) => kind.example)?.example
  const named = [...steps].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count)
  return {
    what: same[0]?.what ?? OTHER_ERRORS,
    count: same.reduce((sum, { count }) => sum + count, 0),
    ...(named.length > 0 ? { steps: named.slice(0, MOST_STEPS) } : {}),
    ...(example ? { example } : {}),
  }
}

function withoutExample({ example: _, ...kind }: ErrorKind): ErrorKind {
  return kind
}
