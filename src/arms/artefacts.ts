import { createHash, type Hash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A digest of what would run: the names, and the content of every file below them. Times, owners and the place of the
 * folder do not count. Two equal ones are the same program.
 * @param names in `dir`, in any order
 */
export function digestOf(dir: string, names: readonly string[]): string {
  const hash = createHash('sha256')
  for (const name of [...names].sort()) add(hash, dir, name)
  return hash.digest('hex')
}

function add(hash: Hash, dir: string, name: string): void {
  const path = join(dir, name)
  const stats = lstatSync(path)
  if (stats.isDirectory()) {
    for (const child of readdirSync(path).sort()) add(hash, dir, join(name, child))
    return
  }
  const content = stats.isSymbolicLink()
    ? Buffer.from(readlinkSync(path))
    : stats.isFile()
      ? readFileSync(path)
      : null
  if (content === null) return
  // Lengths, so that no two different trees give the same bytes.
  hash.update(`${name}\0${stats.isSymbolicLink() ? 'link' : 'file'}\0${content.length}\0`)
  hash.update(content)
}
