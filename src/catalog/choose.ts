import { didYouMean } from '../words/closest.js'
import { UserError } from '../words/errors.js'
import { BUILT_IN, type LevelEntry, type ScenarioEntry } from './entries.js'
import { loadScenarioPath, looksLikePath } from './scenario-files.js'

/**
 * The levels that were asked for, lowest first, of your own where you declare any, else of rungs': its levels boot its
 * reference service, which no project means. `all` are all of those, `lowest` is the lowest.
 * @throws UserError naming every unknown one, with the valid ones.
 */
export function chooseLevels(entries: readonly LevelEntry[], wanted: readonly string[]): LevelEntry[] {
  const preferred = ownOrBuiltIn(entries)
  const chosen = new Set<LevelEntry>()
  const problems: string[] = []
  for (const word of wanted) {
    if (word === 'all') for (const entry of preferred) chosen.add(entry)
    else {
      const found = word === 'lowest' ? preferred[0] : preferred.find((entry) => isCalled(entry, word))
      if (found) chosen.add(found)
      else problems.push(unknownLevel(word, preferred, entries))
    }
  }
  if (problems.length > 0) throw new UserError(problems)
  return [...chosen].sort((a, b) => a.level.number - b.level.number)
}

function isCalled({ level }: LevelEntry, word: string): boolean {
  return String(level.number) === word || level.name === word
}

function unknownLevel(word: string, preferred: readonly LevelEntry[], all: readonly LevelEntry[]): string {
  const valid = preferred.map(({ level }) => `${level.number} (${level.name})`).join(', ')
  const meant = all.find((entry) => isCalled(entry, word))
  if (meant) {
    const { number, name } = meant.level
    return `level ${word}: ${preferred[0]?.source} declares none (${number} (${name}) is a level of rungs' own reference service); it declares ${valid}, all, lowest`
  }
  const hint = didYouMean(
    word,
    preferred.map(({ level }) => level.name),
  )
  return `level ${word}: there is none${hint || ';'} there are ${valid}, all, lowest`
}

/**
 * The scenarios that were asked for, in that order. `all` are your own where you declare any, else rungs'.
 * @throws UserError with every unknown one, everything wrong with files, and names that two of them share.
 */
export async function chooseScenarios(
  entries: readonly ScenarioEntry[],
  wanted: readonly string[],
  cwd: string,
): Promise<ScenarioEntry[]> {
  const chosen = new Set<ScenarioEntry>()
  const problems: string[] = []
  for (const word of wanted) {
    const named = entries.find(({ scenario }) => scenario.name === word)
    if (word === 'all') for (const entry of ownOrBuiltIn(entries)) chosen.add(entry)
    else if (named) chosen.add(named)
    else if (looksLikePath(word)) {
      try {
        for (const entry of await loadScenarioPath(word, cwd)) chosen.add(entry)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        problems.push(...error.problems)
      }
    } else problems.push(unknownScenario(word, entries))
  }
  problems.push(...sharedNames([...chosen]))
  if (problems.length > 0) throw new UserError(problems)
  return [...chosen]
}

function unknownScenario(word: string, entries: readonly ScenarioEntry[]): string {
  const names = entries.map(({ scenario }) => scenario.name)
  return `scenario ${word}: there is none${didYouMean(word, names) || ';'} there are ${names.join(', ')}, all, and files such as ./mine.ts`
}

function sharedNames(chosen: readonly ScenarioEntry[]): string[] {
  return chosen.flatMap(({ scenario: { name }, source }, i) => {
    const first = chosen.findIndex((other) => other.scenario.name === name)
    const other = chosen[first]
    return first < i && other
      ? [`scenario '${name}' is declared by ${other.source} and by ${source}; rename one`]
      : []
  })
}

/** Your own, where you declare any. */
export function ownOrBuiltIn<Entry extends { readonly source: string }>(entries: readonly Entry[]): Entry[] {
  const own = entries.filter(({ source }) => source !== BUILT_IN)
  return own.length > 0 ? own : [...entries]
}
