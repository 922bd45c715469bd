import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a root folder of a container is made of; every path is absolute, as the container sees it. */
export interface RootContents {
  /** Programs of this machine by where they go; the libraries that they load come with them. */
  readonly programs: Readonly<Record<string, string>>
  /** Folders of this machine by where they go. */
  readonly folders?: Readonly<Record<string, string>>
  /** Texts, with their modes. */
  readonly files?: Readonly<Record<string, { readonly text: string; readonly mode?: number }>>
  /** Empty folders that every account may write to. */
  readonly writable?: readonly string[]
  readonly links?: Readonly<Record<string, string>>
}

/** The accounts of the official images, by the numbers that their files use. */
const PASSWD = `root:x:0:0:root:/root:/bin/sh
nginx:x:101:101:nginx:/:/bin/sh
service:x:999:999:service:/:/bin/sh
node:x:1000:1000:node:/tmp:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/sh
`
const GROUP = `root:x:0:
nginx:x:101:
service:x:999:
node:x:1000:
nogroup:x:65534:
`
/** Loaded by name when a host name is looked up, so that nothing links to them; part of libc itself since 2.34. */
const LOOKUP = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2']

/**
 * Fills `root` with programs of this machine and all that they need to run in a container.
 * @throws Error when a file cannot be read, or `ldd` is missing.
 */
export async function fillRoot(root: string, contents: RootContents): Promise<void> {
  const at = (path: string): string => join(root, path)
  const writable = new Set(['/tmp', '/run', ...(contents.writable ?? [])])
  for (const path of ['/etc', '/proc', '/sys', '/dev', '/root', ...writable]) {
    mkdirSync(at(path), { recursive: true })
  }
  // As in /tmp: whoever the container runs as may write, and nobody may remove what is another's.
  for (const path of writable) chmodSync(at(path), 0o1777)
  const texts: RootContents['files'] = {
    '/etc/passwd': { text: PASSWD },
    '/etc/group': { text: GROUP },
    '/etc/nsswitch.conf': { text: 'hosts: files dns\n' },
    ...contents.files,
  }
  for (const [path, { text, mode = 0o644 }] of Object.entries(texts)) {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text)
    chmodSync(at(path), mode)
  }
  for (const [path, folder] of Object.entries(contents.folders ?? {})) {
    cpSync(folder, at(path), { recursive: true, verbatimSymlinks: true })
  }
  for (const [path, file] of Object.entries(contents.programs)) copy(file, at(path))
  for (const library of await librariesOf(Object.values(contents.programs))) {
    if (!existsSync(at(library))) copy(library, at(library))
  }
  for (const [path, target] of Object.entries(contents.links ?? {})) {
    mkdirSync(dirname(at(path)), { recursive: true })
    symlinkSync(target, at(path))
  }
}

/** The shared libraries that programs load, by the names that they look for. */
async function librariesOf(files: readonly string[]): Promise<Set<string>> {
  const found = await Promise.all(
    files.map(async (file) => {
      const { stdout } = await run('ldd', [file], { timeout: 20_000 })
      return parseLdd(stdout)
    }),
  )
  const libraries = new Set(found.flat())
  const libc = [...libraries].find((file) => /\/libc\.so/.test(file))
  for (const name of libc ? LOOKUP : []) {
    const file = join(dirname(libc as string), name)
    if (existsSync(file)) libraries.add(file)
  }
  return libraries
}

/** `libm.so.6 => /lib/libm.so.6 (0x…)` and `/lib64/ld-linux-x86-64.so.2 (0x…)` → the paths. */
export function parseLdd(text: string): string[] {
  return [...text.matchAll(/(?:=>\s+|^\s*)(\/\S+)\s+\(0x/gm)].map(([, file]) => file as string)
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  // Links are followed: a library goes by the name that is looked for.
  copyFileSync(from, to)
}
