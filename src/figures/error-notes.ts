import type { ErrorKind } from '../model/run/sample.js'
import { mergeErrorKinds } from '../stats/validity/error-kinds.js'
import { exampleLines, kindsText } from '../stats/validity/errors-text.js'
import type { MeasuredFigures } from './cell-figures.js'

/** What failed in both phases of a cell; null without errors. */
export function cellErrors({ errors, phases }: Pick<MeasuredFigures, 'errors' | 'phases'>): string | null {
  return errorsNote(mergeErrorKinds([errors, ...phases.map((phase) => phase.errors)]))
}

/** The most frequent kinds, and what one of them looked like; null without errors. */
export function errorsNote(errors: readonly ErrorKind[]): string | null {
  return errors.length === 0 ? null : [kindsText(errors).join(', '), ...exampleLines(errors)].join('; ')
}
