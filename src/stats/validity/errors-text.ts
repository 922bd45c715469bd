import type { ErrorKind, Sample } from '../../model/run/sample.js'
import { plural } from '../../words/format.js'
import { grouped } from '../../words/in-sentences.js'

const MOST_KINDS = 3
const MOST_STEPS = 2
const LONGEST_LOCATION = 80

/**
 * What came instead of good answers, for people: `1,204 × status 422 (step sign up), 32 unfinished; such as status 422:
 * {"detail":…}`; `nothing at all` for none.
 */
export function errorsText({ errors, counts }: Pick<Sample, 'errors' | 'counts'>): string {
  const parts = kindsText(errors)
  if (counts.unfinished > 0) parts.push(`${grouped(counts.unfinished)} unfinished`)
  return [parts.join(', ') || 'nothing at all', ...exampleLines(errors)].join('; ')
}

/** The most frequent kinds, a text each, and how many more there are. */
export function kindsText(errors: readonly ErrorKind[], most = MOST_KINDS): string[] {
  const rest = errors.slice(most)
  const others = rest.reduce((sum, { count }) => sum + count, 0)
  return [
    ...errors.slice(0, most).map(kindText),
    ...(rest.length > 0 ? [`${grouped(others)} of ${plural(rest.length, 'more kind')}`] : []),
  ]
}

/** `598 × status 302 to /login (step log in; did you mean that path?)`. */
export function kindText({ what, count, steps = [], example }: ErrorKind): string {
  const location = example?.location
  const to = location === undefined ? '' : ` to ${shortened(location)}`
  const remarks = [
    ...(steps.length > 0 ? [stepsText(steps)] : []),
    ...(location === undefined ? [] : ['redirects are not followed: did you mean that path?']),
    ...(example?.idleSeconds === undefined ? [] : [idleText(example.idleSeconds)]),
  ]
  return `${grouped(count)} × ${what}${to}${remarks.length > 0 ? ` (${remarks.join('; ')})` : ''}`
}

/** `such as status 422: {"detail":…}`, of the most frequent kind of which a body was kept; empty where none was. */
export function exampleLines(errors: readonly ErrorKind[]): string[] {
  return errors
    .flatMap(({ what, example }) => (example?.text ? [`such as ${what}: ${example.text}`] : []))
    .slice(0, 1)
}

function stepsText(steps: NonNullable<ErrorKind['steps']>): string {
  const [only] = steps
  if (steps.length === 1 && only) return `step ${only.name}`
  const named = steps.slice(0, MOST_STEPS).map(({ name, count }) => `${name}: ${grouped(count)}`)
  const rest = steps.length - named.length
  return `steps ${[...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')}`
}

function idleText(seconds: number): string {
  return `such as after ${seconds.toFixed(1)} s without a request: the server's keep-alive time is about as long`
}

function shortened(text: string): string {
  return text.length <= LONGEST_LOCATION ? text : `${text.slice(0, LONGEST_LOCATION)}…`
}
