import type { Backend, Command, Level } from '../../model/plan/level.js'
import { didYouMean } from '../../words/closest.js'

/**
 * The placeholders of a level's commands; `{env.NAME}`, `{port.NAME}`, `{secret.NAME}` and those of Postgres come on top. Double
 * braces keep what is in them, and those of a shell's `${NAME}` are not ours.
 */
const PLACEHOLDER = /(?<!\$)(?:\{\{[A-Za-z][A-Za-z0-9]*(?:\.\w+)?\}\}|\{([A-Za-z][A-Za-z0-9]*(?:\.\w+)?)\})/g
const PLACEHOLDERS = ['host', 'port', 'url', 'workers', 'tempDir']
const OF_POSTGRES = ['host', 'port', 'user', 'password', 'database', 'url'].map((part) => `postgres.${part}`)

/** What a level and each of its backends have alike. */
type Parts = Omit<Backend, 'name'>

/** Words that `--level` takes for themselves. */
const RESERVED = ['all', 'lowest']

const PROMISE_NEEDS = { 'reloads-without-loss': 'reload', 'scales-without-restart': 'scale' } as const

/** What is wrong with a level that its schema cannot say. `where` is put before each path. */
export function levelMistakes(level: Level, where: string): string[] {
  const { backends = [], ...own } = level
  return [
    ...nameMistakes(level, where),
    ...ownMistakes(own, where),
    ...backends.flatMap((backend, i) => ownMistakes(backend, `${where}.backends[${i}]`)),
  ]
}

/** Of a level's own parts, or of those of one of its backends. */
function ownMistakes(level: Parts, where: string): string[] {
  return [
    ...processMistakes(level, where),
    ...postgresMistakes(level, where),
    ...promiseMistakes(level, where),
    ...(level.dashboards ?? []).flatMap((dashboard, i) =>
      Object.entries(dashboard).flatMap(([key, text]) =>
        placeholderMistakes(text, `${where}.dashboards[${i}].${key}`),
      ),
    ),
    ...commandsOf(level).flatMap(({ at, command, own }) => commandMistakes(command, `${where}.${at}`, own)),
  ]
}

function nameMistakes({ name }: Level, where: string): string[] {
  if (!RESERVED.includes(name) && !/^\d+$/.test(name)) return []
  return [
    `${where}.name: must not be a number, ${RESERVED.join(' or ')}, since --level reads those otherwise`,
  ]
}

function processMistakes({ processes }: Parts, where: string): string[] {
  const problems = processes.flatMap(({ name }, i) => {
    const first = processes.findIndex((other) => other.name === name)
    return first < i
      ? [`${where}.processes[${i}].name: '${name}' is the name of processes[${first}] already`]
      : []
  })
  if (processes.length > 0 && processes.every(({ role }) => role === 'queue')) {
    problems.push(`${where}.processes: one must have the role web or proxy, to answer requests`)
  }
  return problems
}

function promiseMistakes({ promises, controls }: Parts, where: string): string[] {
  return (promises ?? []).flatMap((promise, i) => {
    const control = PROMISE_NEEDS[promise as keyof typeof PROMISE_NEEDS]
    if (!control || controls?.[control]) return []
    return [`${where}.promises[${i}]: ${promise} needs controls.${control}`]
  })
}

/** What a Postgres is asked for is known only where there is one. */
function postgresMistakes(level: Parts, where: string): string[] {
  const { services = [], prepare, processes, controls, dashboards } = level
  if (services.includes('postgres')) return []
  const texts = JSON.stringify([prepare, processes, controls, dashboards])
  const used = OF_POSTGRES.map((name) => `{${name}}`).filter((one) =>
    texts.replaceAll(`{${one}}`, '').includes(one),
  )
  if (used.length === 0) return []
  return [`${where}: uses ${used.join(', ')} without a Postgres; give it "services": ["postgres"]`]
}

type AnyCommand = Pick<Command, 'command' | 'args' | 'cwd' | 'env'>

/** Every command of a level, with the placeholders that it alone may hold. */
function commandsOf({
  prepare,
  processes,
  controls,
}: Parts): { at: string; command: AnyCommand; own?: readonly string[] }[] {
  return [
    ...(prepare ?? []).map((command, i) => ({ at: `prepare[${i}]`, command })),
    ...processes.map((command, i) => ({ at: `processes[${i}]`, command })),
    ...Object.entries(controls ?? {}).map(([name, command]) => ({
      at: `controls.${name}`,
      command,
      own: ['restartNode', 'killNode'].includes(name) ? ['node'] : [],
    })),
  ]
}

function commandMistakes(
  { command, args, cwd, env }: AnyCommand,
  where: string,
  own: readonly string[] = [],
): string[] {
  const mistakes = (text: string, at: string) => placeholderMistakes(text, at, own)
  return [
    ...mistakes(command, `${where}.command`),
    ...(args ?? []).flatMap((arg, i) => mistakes(arg, `${where}.args[${i}]`)),
    ...mistakes(cwd ?? '', `${where}.cwd`),
    ...Object.entries(env ?? {}).flatMap(([name, text]) => mistakes(text, `${where}.env.${name}`)),
  ]
}

function placeholderMistakes(text: string, where: string, own: readonly string[] = []): string[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(([whole, name]) => {
    if (name === undefined || own.includes(name) || /^(env|port|secret)\./.test(name)) return []
    if (PLACEHOLDERS.includes(name) || OF_POSTGRES.includes(name)) return []
    const braced = (names: readonly string[]) => names.map((one) => `{${one}}`)
    const known = [...braced(PLACEHOLDERS), '{env.NAME}', '{port.NAME}', '{secret.NAME}'].join(', ')
    const hint =
      didYouMean(whole, braced([...PLACEHOLDERS, ...OF_POSTGRES])) ||
      `; known are ${known} and {postgres.PART}; double the braces to have it as it is: {${whole}}`
    return [`${where}: unknown placeholder ${whole}${hint}`]
  })
}

/** Numbers and names that two of the levels share. */
export function levelDuplicates(levels: readonly Partial<Level>[]): string[] {
  return levels.flatMap((level, i) =>
    (['number', 'name'] as const).flatMap((key) => {
      const first = levels.findIndex((other) => other[key] !== undefined && other[key] === level[key])
      return first >= 0 && first < i
        ? [`levels[${i}].${key}: ${level[key]} is the ${key} of levels[${first}] already`]
        : []
    }),
  )
}
