import { UserError } from '../../words/errors.js'

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Characters by which other programs separate values. */
const SEPARATORS: Readonly<Record<string, string>> = { ';': 'semicolons', '\t': 'tabs', '|': 'bars' }

/** @throws UserError for names that `{{name}}` cannot name, or that are there twice */
export function checkColumns(names: readonly string[], place: string): void {
  if (names.length === 0) throw new UserError(`${place}: has no columns; give it at least one`)
  for (const [index, name] of names.entries()) {
    if (!NAME.test(name)) throw new UserError(`${place}: column ${JSON.stringify(name)}: ${hintFor(name)}`)
    if (names.indexOf(name) < index) throw new UserError(`${place}: column ${name} is there twice`)
  }
}

function hintFor(name: string): string {
  const separator = Object.keys(SEPARATORS).find((one) => name.includes(one))
  if (separator !== undefined) return `is the file separated by ${SEPARATORS[separator]}? separate by commas`
  return 'use letters, digits and _ only, so that {{name}} can name it'
}
