import type { RequestSpec } from '../../model/plan/scenario.js'

/** What a step is called in figures and messages: its name, or else its method and path. */
export function stepName({ name, method, path }: RequestSpec): string {
  return name ?? `${method ?? 'GET'} ${path}`
}
