import type { Backend, BackendName, Level } from './level.js'

/** The ways to run a level, its own first. */
export function backendsOf({ backends = [] }: Level): BackendName[] {
  return ['native', ...backends.map(({ name }) => name)]
}

/**
 * The level as one of its backends runs it: a plain level, so that whoever boots it need not know of backends. Null where
 * it has no such backend.
 */
export function levelOn(level: Level, name: BackendName): Level | null {
  const { backends = [], ...own } = level
  if (name === 'native') return own
  const backend = backends.find((one) => one.name === name)
  if (!backend) return null
  const { name: _name, ...parts } = backend
  const { services, brings, prepare, processes, dashboards, requires, controls, promises, ...rest } = own
  return { ...rest, ...(parts satisfies Omit<Backend, 'name'>) }
}
