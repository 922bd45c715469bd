import type { ErrorKind } from '../model/sample.js'
import { mergeErrorKinds } from '../stats/error-kinds.js'
import { exampleText, kindsText } from '../stats/errors-text.js'
import type { MeasuredFigures } from './cell-figures.js'

/** What failed in both phases of a cell; null without errors. */
export function cellErrors({ errors, phases }: Pick<MeasuredFigures, 'errors' | 'phases'>): string | null {
  return errorsNote(mergeErrorKinds([errors, ...phases.map((phase) => phase.errors)]))
}

/** The most frequent kinds, and what one of them looked like; null without errors. */
export function errorsNote(errors: readonly ErrorKind[]): string | null {
  const [example] = exampleLines(errors)
  const kinds = kindsText(errors).join(', ')
  return kinds === '' ? null : [kinds, ...(example === undefined ? [] : [example])].join('; ')
}

/** `such as status 422: {"detail":…}`, of the most frequent kind of which a body was kept; empty where none was. */
export function exampleLines(errors: readonly ErrorKind[]): string[] {
  return errors
    .flatMap((kind) => exampleText(kind) ?? [])
    .slice(0, 1)
    .map((text) => `such as ${text}`)
}
