import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { describe, expect, it } from 'vitest'

const MOST_LINES = 250
const MOST_FILES = 25
/** The program's story, which is to be read at one sight. */
const MAIN = 'src/cli/main.ts'
const MOST_LINES_OF_MAIN = 60

/** Lines in which a level says what it adds: imports, comments and blank lines aside. */
const MOST_LINES_OF_LEVEL = 20
/** The level of several machines, with a proxy and a second backend. */
const WIDEST_LEVEL = 'levels/4-fronted/level.ts'
const MOST_LINES_OF_WIDEST = 45

/**
 * Files outside `app/` that still know a level or a scenario of rungs' own by number, path or name. A level is to say
 * such things itself; whoever frees a file takes it off this list, and none is to be added.
 */
const KNOWS_OWN_LEVELS = [
  'src/cli/gate/gate-plan.ts',
  'src/cli/plan/asked-scenario.ts',
  'src/cli/plan/search-reading.ts',
  'src/cli/plan/search-settings.ts',
  'src/config/settings.ts',
  'src/services/containers/images.ts',
]

interface SourceFile {
  readonly path: string
  readonly text: string
}

const sources = filesBelow('src').map((path) => ({ path, text: readFileSync(path, 'utf8') }))
/** Words that mean something else as well: a command, a figure of the page, whatever there is. */
const AMBIGUOUS = ['report', 'tasks', 'mixed', 'all']
const ownScenarios = filesBelow('scenarios')
  .map((path) => path.slice('scenarios/'.length, -'.ts'.length))
  .filter((name) => !AMBIGUOUS.includes(name))

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}

function tooLong(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const [lines, most] = [text.trimEnd().split('\n').length, path === MAIN ? MOST_LINES_OF_MAIN : MOST_LINES]
    return lines > most ? [`${path}: ${lines} lines, more than ${most}`] : []
  })
}

function tooWordy(levels: readonly SourceFile[]): string[] {
  return levels.flatMap(({ path, text }) => {
    const lines = text.split('\n').filter((line) => !/^\s*($|\/\/|\/?\*|import )/.test(line)).length
    const most = path === WIDEST_LEVEL ? MOST_LINES_OF_WIDEST : MOST_LINES_OF_LEVEL
    return lines > most ? [`${path}: ${lines} declarative lines, more than ${most}`] : []
  })
}

/** Whether several properties in braces are spread at once, which saves lines and nothing else. */
function isSqueezed({ text }: Pick<SourceFile, 'text'>): boolean {
  return /(?<!\? )\.\.\.\{ [^}\n]*,/.test(text)
}

function tooFull(files: readonly Pick<SourceFile, 'path'>[]): string[] {
  const counts = new Map<string, number>()
  for (const { path } of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1)
  return [...counts].flatMap(([folder, count]) =>
    count > MOST_FILES ? [`${folder}: ${count} files, more than ${MOST_FILES}`] : [],
  )
}

/** Whether a file's code, examples in help aside, names a level or a scenario of rungs' own. */
function knowsOwnLevels({ path, text }: SourceFile): boolean {
  // Parsing takes long, and most files hold nothing of the kind even in their comments.
  const isSuspect = /\blevel: \d|\blevels\/|['`]level \d/.test(text)
  if (!isSuspect && !ownScenarios.some((name) => text.includes(name))) return false
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  return someNode(program, namesOwnLevel)
}

function namesOwnLevel(node: Readonly<Record<string, unknown>>): boolean {
  if (node.type === 'Property') {
    const { key, value } = node as { key?: { name?: string }; value?: { type?: string; value?: unknown } }
    return key?.name === 'level' && value?.type === 'Literal' && Number.isInteger(value.value)
  }
  const text = node.type === 'Literal' ? node.value : (node.value as { raw?: string } | undefined)?.raw
  if (typeof text !== 'string' || text.startsWith('rungs ')) return false
  const isScenario = text.split(',').some((part) => ownScenarios.includes(part))
  return isScenario || /^level \d|\blevels\/(\d-|$)/.test(text)
}

function someNode(node: unknown, is: (node: Readonly<Record<string, unknown>>) => boolean): boolean {
  if (Array.isArray(node)) return node.some((each) => someNode(each, is))
  if (typeof node !== 'object' || node === null) return false
  return is(node as Record<string, unknown>) || Object.values(node).some((each) => someNode(each, is))
}

describe('the limits of src/', () => {
  it(`are ${MOST_LINES} lines a file, ${MOST_LINES_OF_MAIN} of ${MAIN}`, () => {
    expect(tooLong(sources)).toEqual([])
  })

  it(`are ${MOST_FILES} files a folder`, () => {
    expect(tooFull(sources)).toEqual([])
  })

  it(`are ${MOST_LINES_OF_LEVEL} declarative lines a level, ${MOST_LINES_OF_WIDEST} of ${WIDEST_LEVEL}`, () => {
    const levels = filesBelow('levels').filter((path) => path.endsWith('/level.ts'))
    expect(levels.length).toBeGreaterThan(0)
    expect(tooWordy(levels.map((path) => ({ path, text: readFileSync(path, 'utf8') })))).toEqual([])
  })

  it('are not kept by spreading several properties at once', () => {
    const found = sources.filter(isSqueezed).map(({ path }) => path)
    expect(found).toEqual([])
  })

  it('let no further file know a level or a scenario of our own', () => {
    const found = sources.filter(({ path }) => !path.startsWith('src/app/')).filter(knowsOwnLevels)
    expect(found.map(({ path }) => path).sort()).toEqual(KNOWS_OWN_LEVELS)
  })
})

describe('their checks', () => {
  it('catch a file that is too long, and a main that is', () => {
    expect(
      tooLong([
        { path: 'src/a.ts', text: `${'\n'.repeat(250)}x\n` },
        { path: 'src/b.ts', text: `${'\n'.repeat(249)}x\n` },
        { path: MAIN, text: `${'\n'.repeat(60)}x\n` },
      ]),
    ).toEqual(['src/a.ts: 251 lines, more than 250', `${MAIN}: 61 lines, more than 60`])
  })

  it('catch a level of too many words', () => {
    const text = `import { a } from 'a'\n\n// why\n/** and how\n * so */\n${'x\n'.repeat(21)}`
    expect(tooWordy([{ path: 'levels/0-single/level.ts', text }])).toEqual([
      'levels/0-single/level.ts: 21 declarative lines, more than 20',
    ])
    expect(tooWordy([{ path: WIDEST_LEVEL, text }])).toEqual([])
  })

  it('catch properties that are spread to save lines, but no choice and no single one', () => {
    expect(isSqueezed({ text: 'const a = {\n  ...{ b, c: 1 },\n}' })).toBe(true)
    expect(isSqueezed({ text: 'const a = { ...b, ...(c ? { d, e } : {}), ...{ f } }' })).toBe(false)
  })

  it('catch a folder that is too full', () => {
    const files = Array.from({ length: 26 }, (_, index) => ({ path: `src/a/${index}.ts` }))
    expect(tooFull(files)).toEqual(['src/a: 26 files, more than 25'])
    expect(tooFull([...files.slice(1), { path: 'src/a/b/0.ts' }])).toEqual([])
  })

  it('catch a level by number or path, and a scenario by name, but no word, comment or example', () => {
    const knows = (text: string) => knowsOwnLevels({ path: 'src/a.ts', text })
    expect(knows("const a = 'simple,db-read'")).toBe(true)
    expect(knows("const a = 'levels/4-fronted/Dockerfile'")).toBe(true)
    expect(knows(`const a = \`levels/\${number}\``)).toBe(true)
    expect(knows("const a = 'level 4 on Docker Swarm'")).toBe(true)
    expect(knows('const a = { level: 4 }')).toBe(true)
    expect(knows("const a = 'report'; const b = 4 // level 4 runs db-read")).toBe(false)
    expect(knows("const a = 'rungs run --level 4 --scenario simple,db-read'")).toBe(false)
  })
})
