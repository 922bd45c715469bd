/**
 * What stands at a dotted path of a JSON value (`user.roles.0`); undefined where there is nothing. The empty path is
 * the value itself.
 */
export function atPath(value: unknown, path: string): unknown {
  if (path === '') return value
  let at = value
  for (const key of path.split('.')) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}
