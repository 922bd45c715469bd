import type { Value } from '../../model/data/json.js'

/** Gives a variable's value for the request that is being built. */
export type Lookup = (name: string) => Value
