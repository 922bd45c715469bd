import { list, type Parser } from '../parsers.js'

/** A comma-separated list of numbers, each read by `parse`. */
export function numbers(parse: Parser<number>, example: string): Parser<readonly number[]> {
  return (text) => {
    const parsed = list(example)(text)
    if (!('value' in parsed)) return parsed
    const values: number[] = []
    for (const word of parsed.value) {
      const one = parse(word)
      if (!('value' in one)) return { problem: `'${word}' ${one.problem}` }
      values.push(one.value)
    }
    return { value: values }
  }
}
