import type { Value } from '../model/data/json.js'
import type { RowTable } from '../model/data/rows.js'
import type { RequestSpec, Scenario } from '../model/plan/scenario.js'
import { parseTemplate } from '../model/plan/template.js'

/** What ends a value in a query or a form, or stands for another character there. */
const TELLING = /[&#+]|%(?![0-9A-Fa-f]{2})/

/** So many rows are looked at: what a column holds shows early. */
const ROWS_LOOKED_AT = 1_000

/**
 * Values that go as they are into a query or a form, where they mean something else: a line each for the first of a
 * variable's. Values from answers and from `setup` are not known before the run.
 */
export function rawValues(
  { steps, variants = [], variables = {} }: Pick<Scenario, 'steps' | 'variants' | 'variables'>,
  rows: RowTable | null,
): string[] {
  const valuesOf = (name: string): readonly Value[] => {
    const spec = Object.hasOwn(variables, name) ? variables[name] : undefined
    if (spec) return 'pick' in spec ? spec.pick : []
    return rows?.columns.includes(name) ? columnOf(rows, name) : []
  }
  const told = new Map<string, string>()
  for (const step of [...steps, ...variants.flatMap((variant) => variant.steps)]) {
    for (const { name, place } of placesOf(step)) {
      const raw = valuesOf(name).find((value) => TELLING.test(String(value)))
      if (raw === undefined || told.has(name)) continue
      const shown = JSON.stringify(String(raw))
      told.set(
        name,
        `{{${name}}} in ${place} is ${shown}, and sent as it is; write {{${name} | url}} to encode it`,
      )
    }
  }
  return [...told.values()]
}

function columnOf(rows: RowTable, name: string): Value[] {
  const count = Math.min(rows.count, ROWS_LOOKED_AT)
  return Array.from({ length: count }, (_, index) => rows.row(index)[name] ?? '')
}

/** Places for a whole value: behind a `=`, and not encoded. */
function placesOf({ path, headers = {}, body }: RequestSpec): { name: string; place: string }[] {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  const isForm = typeof body === 'string' && type.toLowerCase().includes('x-www-form-urlencoded')
  const query = path.slice(path.indexOf('?'))
  return [
    ...(path.includes('?')
      ? behindEquals(query).map((name) => ({ name, place: `the query of ${path}` }))
      : []),
    ...(isForm ? behindEquals(body).map((name) => ({ name, place: `the form sent to ${path}` })) : []),
  ]
}

function behindEquals(text: string): string[] {
  return parseTemplate(text).flatMap((part, index, parts) => {
    if (typeof part === 'string' || part.encoded) return []
    const before = parts[index - 1]
    return typeof before === 'string' && before.endsWith('=') ? [part.name] : []
  })
}
