import { lstatSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ignoredIn } from './whereabouts.js'

/** What tools leave behind, and no service reads. */
const LEFT_BY_TOOLS =
  /(^|\/)(node_modules|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|coverage|\.nyc_output|\.turbo|\.cache|\.eslintcache|\.idea|\.vscode|\.DS_Store|\.yarn|\.pnp\.\w+|[^/]+\.(log|pyc|swp|tsbuildinfo))(\/|$)/

/**
 * Files and folders (with `/`) of the head that git ignores and a fresh checkout therefore lacks, such as `.env`; not what
 * both have, since both were built, nor what tools leave.
 * @param without further folders that do not count, such as rungs' own results
 */
export async function ignoredOnlyIn(
  headDir: string,
  baseDir: string,
  without: readonly string[] = [],
): Promise<string[]> {
  const left = new Set(without.map((dir) => `${relative(headDir, dir)}/`))
  const all = await ignoredIn(headDir)
  // Git names a folder with nothing else in it beside what in it is ignored.
  return all
    .filter((path) => !all.some((other) => other !== path && path.endsWith('/') && other.startsWith(path)))
    .filter((path) => !LEFT_BY_TOOLS.test(path) && !left.has(path))
    .filter((path) => !lstatSync(join(baseDir, path), { throwIfNoEntry: false }))
}

/** What a fresh checkout lacks, as a sentence; null where it lacks nothing. Pure. */
export function lackText(side: string, ignored: readonly string[]): string | null {
  if (ignored.length === 0) return null
  const named = ignored.slice(0, 4).join(', ')
  const more = ignored.length > 4 ? ` and ${ignored.length - 4} more` : ''
  return `${side} is a fresh checkout without ${named}${more}, which git ignores`
}
