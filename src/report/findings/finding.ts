export type Severity = 'good' | 'note' | 'warning' | 'red-flag'

/** What a level's capacity ends at, where that was seen. */
export type Limit =
  | 'own-cpu'
  | 'threads' // beside the event loop
  | 'services'
  | 'cores' // of service and services together
  | 'database'
  | 'pool'
  | 'event-loop'
  | 'queue'
  | 'generator'
  | 'refusals' // of the service
  | 'connections' // of the load
  | 'delayed-ack' // on them, by TCP
  | 'waits' // inside an idle service

/** What a result says by itself, with the figures behind it. */
export interface Finding {
  readonly severity: Severity
  readonly sentence: string
  /** A line for each cell that shows it. */
  readonly evidence: readonly string[]
  /** What it says that the capacity of its cells ends at. */
  readonly limit?: Limit
  /** `level` is a key of `Run.levels`. */
  readonly cells: readonly { readonly level: string; readonly scenario: string }[]
}
