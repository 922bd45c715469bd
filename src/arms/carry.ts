import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { secretsOf } from '../services/support/redact.js'
import { git } from './git.js'

/** Files that git does not have and a checkout needs all the same: `gate.carry`. */
export interface Carried {
  /** The project's folder that they are taken from. */
  readonly from: string
  /** Relative to it. */
  readonly paths: readonly string[]
}

/** Every path that cannot be carried, a line each. */
export async function carryProblems({ from, paths }: Carried): Promise<string[]> {
  const root = (await git(from, 'rev-parse', '--show-toplevel')) ?? realpathSync(from)
  const found = await Promise.all(paths.map((path) => carryProblem(root, from, path)))
  return found.flatMap((problem, index) =>
    problem === null ? [] : [`gate.carry: ${paths[index]}: ${problem}`],
  )
}

async function carryProblem(root: string, from: string, path: string): Promise<string | null> {
  if (isAbsolute(path)) return "name it relative to the project's folder"
  const file = join(from, path)
  if (!existsSync(file)) {
    return /[*?]/.test(path) ? 'patterns are not taken: name files and folders' : `is not in ${from}`
  }
  const within = relative(root, realpathSync(file))
  if (within === '' || within.startsWith('..') || isAbsolute(within))
    return `lies outside the repository ${root}`
  if (/(^|\/)(\.git|node_modules)(\/|$)/.test(within))
    return 'git and node_modules are not carried: each side has its own'
  const tracked = await git(from, 'ls-files', '--', path)
  return tracked ? 'git has it, so that base has its own: name what git ignores' : null
}

/** A digest of what is carried: a checkout with other secrets is another checkout. */
export function carryDigest({ from, paths }: Carried): string {
  const hash = createHash('sha256')
  for (const path of [...paths].sort()) {
    for (const file of filesOf(from, path)) {
      const content = readFileSync(join(from, file))
      hash.update(`${file}\0${content.length}\0`).update(content)
    }
  }
  return hash.digest('hex')
}

/** Copies into the same places of another checkout of the project. */
export function carryInto(project: string, { from, paths }: Carried): void {
  for (const path of paths) {
    const to = join(project, path)
    mkdirSync(dirname(to), { recursive: true })
    // What a link leads to, since the link itself would lead back or nowhere.
    cpSync(join(from, path), to, { recursive: true, dereference: true, preserveTimestamps: true })
  }
}

/** A larger file holds data, no settings. */
const LARGEST_SETTINGS = 256 * 1024

const SECRET_ENDING = /(key|pass|pwd|auth|dsn|salt|credentials?)$/i

/** Values in carried files that no message may show, by what their names say. */
export function carriedSecrets({ from, paths }: Carried): string[] {
  return paths.flatMap((path) =>
    filesOf(from, path).flatMap((file) => {
      if (statSync(join(from, file)).size > LARGEST_SETTINGS) return []
      const pairs = [
        ...readFileSync(join(from, file), 'utf8').matchAll(/["']?([\w.-]+)["']?\s*[=:]\s*["']?([^"'\n,]+)/g),
      ].map(([, name, value]) => [name as string, (value as string).trim()] as const)
      const others = pairs.filter(([name, value]) => SECRET_ENDING.test(name) && value.length >= 6)
      return [
        ...pairs.flatMap((pair) => secretsOf(Object.fromEntries([pair]))),
        ...others.map(([, value]) => value),
      ]
    }),
  )
}

function filesOf(from: string, path: string): string[] {
  const stats = statSync(join(from, path), { throwIfNoEntry: false })
  if (stats?.isFile()) return [path]
  if (!stats?.isDirectory()) return []
  return readdirSync(join(from, path))
    .sort()
    .flatMap((name) => filesOf(from, join(path, name)))
}
