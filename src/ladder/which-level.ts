/** What a measurement showed of a level, and of what is asked of it. Rates per second. */
export interface Seen {
  /** The most that it served; null where that is not known. */
  readonly capacity: number | null
  /** Of the load that `isKept` was seen under: the lowest and the highest of the repeats. */
  readonly rate: readonly [low: number, high: number] | null
  /** Whether it kept what is asked; null where too little was seen for that. */
  readonly isKept: boolean | null
}

/** `unknown`: what was measured does not decide. */
export type LevelState = 'holds' | 'fails' | 'unknown'

export interface Lowest {
  /** `advised`: a level holds. `none`: all fail. `unknown`: it takes measuring first. */
  readonly state: 'advised' | 'none' | 'unknown'
  /** Of the lowest level that holds; -1 for none. */
  readonly place: number
  /** Places of the levels below it, or of all, that might hold. */
  readonly open: readonly number[]
}

/**
 * The rules by which a level is chosen, in the terminal and on the page: their source text is put into the page, which asks
 * them again when a reader types. They must refer to nothing outside themselves.
 */
export function levelRules() {
  /** What was kept at a rate is kept at any lower one, what was not is kept at no higher one, and nothing beyond the capacity. */
  function judge({ capacity, rate, isKept }: Seen, asked: number): LevelState {
    if (capacity !== null && asked > capacity) return 'fails'
    if (rate === null || isKept === null) return 'unknown'
    if (isKept) return asked <= rate[0] ? 'holds' : 'unknown'
    return asked >= rate[1] ? 'fails' : 'unknown'
  }

  /** @param states of the levels, the lowest first */
  function lowest(states: readonly LevelState[]): Lowest {
    const place = states.indexOf('holds')
    const below = place === -1 ? states : states.slice(0, place)
    const open = below.flatMap((state, index) => (state === 'unknown' ? [index] : []))
    return { state: place !== -1 ? 'advised' : open.length > 0 ? 'unknown' : 'none', place, open }
  }

  return { judge, lowest }
}
