import type { RequestSpec, Scenario } from './scenario.js'

/** A text cut at its `{{name}}`s: literal text, and the variables between. */
export type Template = readonly (string | { readonly name: string })[]

const PLACE = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g

/** Cuts a text at its templates. What only looks like one (`{{ a b }}`, `{{1}}`) stays text. */
export function parseTemplate(text: string): Template {
  const parts: (string | { name: string })[] = []
  let from = 0
  for (const match of text.matchAll(PLACE)) {
    if (match.index > from) parts.push(text.slice(from, match.index))
    parts.push({ name: match[1] as string })
    from = match.index + match[0].length
  }
  if (from < text.length) parts.push(text.slice(from))
  return parts
}

/** The variables that a text names, or that the texts inside a JSON value name. */
export function templateNames(value: unknown): string[] {
  if (typeof value === 'string') {
    return parseTemplate(value).flatMap((part) => (typeof part === 'string' ? [] : [part.name]))
  }
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
