import type { RequestSpec, Scenario } from './scenario.js'

/** A place for a variable; `encoded`: percent-encoded, as a part of a URL or of a form. */
export interface Place {
  readonly name: string
  readonly encoded?: true
}

/** A text cut at its `{{name}}`s: literal text, and the variables between. */
export type Template = readonly (string | Place)[]

/** `{{{{any text}}}}`, which stands for `{{any text}}` itself; else `{{name}}` or `{{name | url}}`. */
const PLACE = /\{\{(\{\{[^{}]+\}\})\}\}|\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*(\|\s*url\s*)?\}\}/g

/** Cuts a text at its templates. What only looks like one (`{{ a b }}`, `{{1}}`) stays text. */
export function parseTemplate(text: string): Template {
  const parts: (string | Place)[] = []
  let literal = ''
  let from = 0
  for (const { index, 0: whole, 1: braces, 2: name, 3: filter } of text.matchAll(PLACE)) {
    literal += text.slice(from, index) + (braces ?? '')
    from = index + whole.length
    if (name === undefined) continue
    if (literal !== '') parts.push(literal)
    literal = ''
    parts.push(filter === undefined ? { name } : { name, encoded: true })
  }
  literal += text.slice(from)
  if (literal !== '') parts.push(literal)
  return parts
}

/** The places in double braces that name no variable and are not quoted by braces of their own, as they are written. */
export function malformedPlaces(text: string): string[] {
  return [...text.replaceAll(PLACE, '').matchAll(/\{\{\s*[^{}\s][^{}]*?\s*\}\}/g)].map(([whole]) => whole)
}

/** The variables that a text names, or that the texts inside a JSON value name. */
export function templateNames(value: unknown): string[] {
  if (typeof value === 'string') {
    return parseTemplate(value).flatMap((part) => (typeof part === 'string' ? [] : [part.name]))
  }
  if (ArrayBuffer.isView(value)) return []
  if (Array.isArray(value)) return value.flatMap(templateNames)
  if (value && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, inner]) => [...templateNames(key), ...templateNames(inner)])
  }
  return []
}

/** The variables that a request needs before it can be sent. */
export function namesOfStep({ path, headers, body }: RequestSpec): string[] {
  return [...new Set([path, Object.values(headers ?? {}), body].flatMap(templateNames))]
}

/**
 * The variables that a scenario uses and nothing sets: neither its `variables`, nor a `capture` of one of its steps,
 * nor `setupNames` (what its `setup` gave).
 */
export function unknownTemplateNames(
  { steps, variables }: Pick<Scenario, 'steps' | 'variables'>,
  setupNames: readonly string[],
): string[] {
  const known = new Set([...Object.keys(variables ?? {}), ...setupNames])
  for (const { capture } of steps) for (const name of Object.keys(capture ?? {})) known.add(name)
  return [...new Set(steps.flatMap(namesOfStep))].filter((name) => !known.has(name))
}
