import { didYouMean } from '../../words/closest.js'

type Data = Readonly<Record<string, unknown>>

/** Parts that a level does not take from its base: they name it, or speak of it alone. */
const OWN = ['extends', 'number', 'name', 'claims']

export interface ExtendedLevel {
  /** The declaration with everything that it takes from its base, as far as that is known. */
  readonly level: Data
  /** The place of its base in the list; null where it extends none. */
  readonly base: number | null
  /** What is wrong with its `extends`, or null. */
  readonly problem: string | null
  /** Whether all of it is known: nothing is wrong with the `extends` of it and of its bases. */
  readonly isWhole: boolean
}

/**
 * Resolves `extends` in a list of levels. Objects merge key by key, and `null` takes a key away. A list is the whole
 * list; an entry with the `name` of one of the base's entries starts from that one.
 */
export function extendLevels(declared: readonly Data[]): ExtendedLevel[] {
  // Each is resolved once: of a circle, one level is told that it closes it.
  const known = new Map<number, ExtendedLevel>()
  const resolve = (index: number, above: readonly number[]): ExtendedLevel => {
    const found = known.get(index) ?? resolveNew(declared[index] ?? {}, [...above, index])
    known.set(index, found)
    return found
  }
  const resolveNew = (level: Data, path: readonly number[]): ExtendedLevel => {
    const place = level.extends === undefined ? null : placeOfBase(level.extends, declared, path)
    if (place === null) return { level, base: null, problem: null, isWhole: true }
    if (typeof place === 'string')
      return { level: extended({}, level), base: null, problem: place, isWhole: false }
    const base = resolve(place, path)
    return { level: extended(base.level, level), base: place, problem: null, isWhole: base.isWhole }
  }
  return declared.map((_, index) => resolve(index, []))
}

/**
 * The place of the level that is named, or what is wrong with it.
 * @param path the levels that extend each other on the way here; the last one names the base
 */
function placeOfBase(wanted: unknown, declared: readonly Data[], path: readonly number[]): number | string {
  if (typeof wanted !== 'number' && typeof wanted !== 'string')
    return 'must be the number or the name of a level'
  const place = declared.findIndex(({ number, name }) => [name, String(number)].includes(String(wanted)))
  if (place < 0)
    return unknownBase(
      String(wanted),
      declared.filter((_, index) => index !== path.at(-1)),
    )
  if (!path.includes(place)) return place
  const circle = [...path.slice(path.indexOf(place)), place].map((index) => declared[index]?.name)
  return circle.length === 2
    ? 'a level cannot extend itself'
    : `goes round in a circle: ${circle.join(' → ')}`
}

function unknownBase(wanted: string, others: readonly Data[]): string {
  const hint = didYouMean(
    wanted,
    others.map(({ name }) => String(name)),
  )
  const known = others.map(({ number, name }) => `${number} (${name})`).join(', ')
  return `there is no other level ${wanted}${hint || (known && `; choose from ${known}`)}`
}

function extended(base: Data, { extends: _, ...own }: Data): Data {
  const taken = Object.entries(base).map(([key, value]) => [key, OWN.includes(key) ? undefined : value])
  return merged(Object.fromEntries(taken), own) as Data
}

function merged(base: unknown, own: unknown): unknown {
  if (Array.isArray(own)) return own.map((entry) => merged(namesake(base, entry), entry))
  if (!isObject(own)) return own
  const from = isObject(base) ? base : {}
  const said = Object.entries(own).filter(([, value]) => value !== undefined)
  const all = { ...from, ...Object.fromEntries(said.map(([key, value]) => [key, merged(from[key], value)])) }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value != null))
}

function namesake(base: unknown, entry: unknown): unknown {
  if (!Array.isArray(base) || !isObject(entry) || entry.name === undefined) return undefined
  return base.find((one) => isObject(one) && one.name === entry.name)
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
