import type { Command, Option } from 'commander'

/** What may stand at a place of a command line. */
export interface Candidate {
  readonly value: string
  readonly description: string
}

/** Values that the definition of the commands does not hold, by flag. */
export type ValueSource = (flag: string) => Promise<readonly Candidate[]>

/**
 * What may stand in place of the last word: commands, flags, or a flag's values; empty where that is for the user to
 * know, such as a file. Comes from the definition of the commands, so it knows whatever they know.
 * @param words after the program's name, the last one being typed
 */
export async function complete(
  program: Command,
  words: readonly string[],
  valuesOf: ValueSource,
): Promise<Candidate[]> {
  const typed = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const { command, awaiting, positional } = place(program, before)
  if (awaiting) return await valueCandidates(awaiting, typed, '', valuesOf)
  const [flag = '', ...rest] = typed.split('=')
  const assigned = rest.length > 0 ? optionOf(command, flag) : undefined
  if (assigned) return await valueCandidates(assigned, rest.join('='), `${flag}=`, valuesOf)
  if (typed.startsWith('-')) return matching(flagsOf(command, before), typed)
  if (positional > 0) return []
  return matching([...subcommandsOf(command), ...choicesOf(command)], typed)
}

/** The command that the words lead to, the option whose value comes next, and how many arguments there were. */
function place(program: Command, words: readonly string[]) {
  let command = program
  let awaiting: Option | null = null
  let positional = 0
  for (const word of words) {
    if (awaiting) {
      awaiting = null
      continue
    }
    if (word.startsWith('-')) {
      const option = optionOf(command, word)
      awaiting = option?.required ? option : null
      continue
    }
    const next = command.commands.find((one) => one.name() === word)
    if (next) command = next
    else positional++
  }
  return { command, awaiting, positional }
}

/** Its own options, and those of the commands above it. */
function optionsOf(command: Command): Option[] {
  const own = [...command.options].filter(({ hidden }) => !hidden)
  return command.parent ? [...own, ...optionsOf(command.parent)] : own
}

function optionOf(command: Command, flag: string): Option | undefined {
  return optionsOf(command).find(({ long, short }) => flag === long || flag === short)
}

/** Those that are not there yet; a list may be given in several. */
function flagsOf(command: Command, words: readonly string[]): Candidate[] {
  const help = { value: '--help', description: 'display help' }
  const flags = optionsOf(command).flatMap((option) => {
    const { long, description } = option
    return long && (isList(option) || !words.includes(long))
      ? [{ value: long, description: firstPart(description) }]
      : []
  })
  return [...flags, help]
}

/** Values separated by commas: commander is given a function that adds them up. */
function isList({ parseArg }: Option): boolean {
  return parseArg !== undefined
}

function subcommandsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), description: firstPart(one.description()) }))
}

function choicesOf({ registeredArguments: [first] }: Command): Candidate[] {
  return (first?.argChoices ?? []).map((value) => ({ value, description: '' }))
}

async function valueCandidates(
  option: Option,
  typed: string,
  prefix: string,
  valuesOf: ValueSource,
): Promise<Candidate[]> {
  const flag = option.long ?? ''
  const named = namedIn(option.flags)
  const all = named.length > 0 ? named.map((value) => ({ value, description: '' })) : await valuesOf(flag)
  if (!isList(option)) return matching(all, typed).map((one) => ({ ...one, value: prefix + one.value }))
  const given = typed.split(',').slice(0, -1)
  const head = given.length > 0 ? `${given.join(',')},` : ''
  return matching(
    all.filter(({ value }) => !given.includes(value)),
    typed.slice(head.length),
  ).map((one) => ({ ...one, value: prefix + head + one.value }))
}

/** `fail`, `warn` and `pass` of `--on-inconclusive <fail|warn|pass>`: in capitals they would only stand for something. */
function namedIn(flags: string): string[] {
  const placeholder = /<([a-z-]+(?:\|[a-z-]+)+)>$/.exec(flags)?.[1]
  return placeholder?.split('|') ?? []
}

function matching(all: readonly Candidate[], typed: string): Candidate[] {
  return all.filter(({ value }) => value.startsWith(typed))
}

/** Up to the default or the first semicolon, on one line. */
function firstPart(description: string): string {
  return (description.split(/ \(default|; /)[0] ?? '').replace(/\s+/g, ' ')
}
