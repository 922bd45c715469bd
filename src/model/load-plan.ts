import type { RequestSpec, VariableSpec } from './scenario.js'

/** All that a load generator needs for one phase; plain data, since it crosses a process boundary. */
export interface LoadPlan {
  /** Where the load goes: scheme, host and port. */
  readonly baseUrl: string
  readonly steps: readonly RequestSpec[]
  readonly variables: Readonly<Record<string, VariableSpec>>
  /** What `setup` gave: a list is spread over the connections. */
  readonly values: Readonly<Record<string, string | number | readonly (string | number)[]>>
  readonly connections: number
  readonly durationSeconds: number
  /** After this long without an answer a request counts as timed out. */
  readonly timeoutSeconds: number
  /** Generator processes; the connections are divided among them without remainder lost. */
  readonly generators: number
  /** Cores that the generators may use, where they are pinned. */
  readonly cpus?: readonly number[]
  /** Drives every random draw of the generators. */
  readonly seed: number
}
