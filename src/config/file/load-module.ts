import { readFile, stat } from 'node:fs/promises'
import { isAbsolute, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseJson } from '../../model/data/json.js'
import { utf8Problem } from '../../model/data/utf8.js'
import { codeOf, messageOf, UserError } from '../../words/errors.js'

/** Endings of the files that may hold a configuration or a scenario. */
export const MODULE_ENDINGS = ['.ts', '.js', '.mjs', '.json'] as const

/** What `import … from 'rungs'` means in a user's file, wherever rungs itself is installed. */
const DEFINE = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../model/define.ts' : '../../model/define.js',
    import.meta.url,
  ),
)

/**
 * The default export of a TypeScript or JavaScript file, or what a JSON file holds.
 * @throws UserError when the file cannot be read, is malformed, fails while it runs, or has no default export; with
 * file and line where they are known. Paths are shown relative to `cwd`.
 */
export async function loadDefaultExport(file: string, cwd: string): Promise<unknown> {
  const shown = showPath(file, cwd)
  const bytes = await bytesOf(file, shown)
  if (file.endsWith('.json')) return jsonOf(bytes.toString().replace(/^\uFEFF/, ''), shown)
  const { createJiti } = await import('jiti')
  const jiti = createJiti(import.meta.url, { fsCache: false, alias: { rungs: DEFINE } })
  let module: unknown
  try {
    module = await jiti.import(file)
  } catch (error) {
    throw new UserError(`${placeOf(error, file, cwd)}: ${reason(error)}`, undefined, { cause: error })
  }
  if (typeof module !== 'object' || module === null || !('default' in module)) {
    throw new UserError(`${shown}: has no default export; write export default { … }`)
  }
  return module.default
}

function unreadable(error: unknown, shown: string): UserError {
  if (error instanceof UserError) return error
  const missing = codeOf(error) === 'ENOENT'
  return new UserError(missing ? `${shown}: does not exist` : `${shown}: cannot be read: ${messageOf(error)}`)
}

async function bytesOf(file: string, shown: string): Promise<Buffer> {
  let bytes: Buffer
  try {
    if (!(await stat(file)).isFile()) throw new UserError(`${shown}: is not a file`)
    bytes = await readFile(file)
  } catch (error) {
    throw unreadable(error, shown)
  }
  const problem = utf8Problem(bytes)
  if (problem !== null) throw new UserError(`${shown}: ${problem}`)
  return bytes
}

function jsonOf(text: string, shown: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    const [, position = text.trimEnd().length] = /at position (\d+)/.exec(messageOf(error)) ?? []
    const line = text.slice(0, Number(position)).split('\n').length
    const what = messageOf(error)
      .replace(/ in JSON at position.*$/, '')
      .replace(/ \(line \d+ column \d+\)$/, '')
    throw new UserError(`${shown}:${line}: is not valid JSON: ${what}`)
  }
}

/**
 * Where a user's file failed: the first place outside of node_modules that the error names. jiti keeps the lines of
 * what it translates, but not the columns, nor the place of an import.
 */
function placeOf(error: unknown, file: string, cwd: string): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : ''
  for (const [, path = '', line, column] of text.matchAll(/(\/[^\s()]+\.[cm]?[jt]s):(\d+)(?::(\d+))?/g)) {
    if (path.includes('/node_modules/')) continue
    const shown = showPath(path, cwd)
    if (codeOf(error) === 'MODULE_NOT_FOUND') return shown
    return isParseError(error) ? `${shown}:${line}:${column}` : `${shown}:${line}`
  }
  return showPath(file, cwd)
}

function isParseError(error: unknown): boolean {
  return messageOf(error).startsWith('ParseError: ')
}

function reason(error: unknown): string {
  const message = messageOf(error).trim()
  return isParseError(error) ? message.replace('ParseError: ', 'is malformed: ') : message
}

/** A path as people like to read it: relative to the working folder where it is inside of it. */
export function showPath(file: string, cwd: string): string {
  const path = relative(cwd, file)
  return path === '' || path.startsWith(`..${sep}`) || path === '..' || isAbsolute(path) ? file : path
}
