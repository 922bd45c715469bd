const NUMBER = /\d[\d,]*(?:\.\d+)?/g

/** Texts that differ in nothing but their numbers. */
export interface LikeTexts<T> {
  /** With the range where numbers differ: `took 48–84 % of the CPU time`. */
  readonly text: string
  readonly of: readonly T[]
}

/** Puts together what says the same with other numbers, in the order in which each first occurs. */
export function likeTexts<T>(items: readonly (readonly [text: string, of: T])[]): LikeTexts<T>[] {
  const groups = new Map<string, { texts: string[]; of: T[] }>()
  for (const [text, of] of items) {
    const key = text.replace(NUMBER, '#')
    const group = groups.get(key) ?? { texts: [], of: [] }
    group.texts.push(text)
    group.of.push(of)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ texts, of }) => ({ text: rangesOf(texts), of }))
}

function rangesOf(texts: readonly string[]): string {
  const all = texts.map((text) => text.match(NUMBER) ?? [])
  let place = 0
  return (texts[0] ?? '').replace(NUMBER, () => {
    const numbers = all.map((each) => each[place] ?? '')
    place++
    const sorted = [...new Set(numbers)].sort((a, b) => numberIn(a) - numberIn(b))
    return sorted.length > 1 ? `${sorted[0]}–${sorted.at(-1)}` : (sorted[0] ?? '')
  })
}

function numberIn(text: string): number {
  return Number(text.replaceAll(',', ''))
}
