/** A package that a lock file names. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
  /** For another system, or optional: its absence says nothing. */
  readonly mayBeAbsent: boolean
}

/** A package that is installed otherwise than its lock file says; `has` null: not at all. */
export interface Difference {
  readonly name: string
  readonly has: string | null
  readonly says: string
}

/** Versions by name. */
export type Installed = ReadonlyMap<string, ReadonlySet<string>>

/** What is locked and not installed, with what is there instead. Pure. */
export function differencesOf(locked: readonly LockedPackage[], installed: Installed): Difference[] {
  const wanted = byName(locked)
  return locked.flatMap(({ name, version, mayBeAbsent }) => {
    const there = installed.get(name)
    if (there?.has(version)) return []
    const has = [...(there ?? [])].find((other) => !wanted.get(name)?.has(other)) ?? null
    return has === null && mayBeAbsent ? [] : [{ name, has, says: version }]
  })
}

export function byName(
  packages: readonly Pick<LockedPackage, 'name' | 'version'>[],
): Map<string, Set<string>> {
  const versions = new Map<string, Set<string>>()
  for (const { name, version } of packages) {
    versions.set(name, (versions.get(name) ?? new Set()).add(version))
  }
  return versions
}

/** The packages of a `pnpm-lock.yaml`, and of the copy that pnpm keeps of what it has installed. */
export function pnpmPackages(text: string): LockedPackage[] {
  const all = new Map<string, LockedPackage>()
  let section = ''
  let current: string | null = null
  for (const line of text.split('\n')) {
    const top = /^(\w+):/.exec(line)
    if (top) section = top[1] ?? ''
    if (section !== 'packages' && section !== 'snapshots') continue
    const key = /^ {2}(['"]?)\/?([^\s'"]+)\1:/.exec(line)?.[2]
    if (key) {
      const bare = key.replace(/\(.*$/, '')
      const at = bare.lastIndexOf('@')
      current = at > 0 ? bare : null
      if (current !== null && !all.has(bare))
        all.set(bare, { name: bare.slice(0, at), version: bare.slice(at + 1), mayBeAbsent: false })
    } else if (current !== null && /^ {4}(optional: true|os:|cpu:|libc:)/.test(line)) {
      all.set(current, { ...(all.get(current) as LockedPackage), mayBeAbsent: true })
    }
  }
  return [...all.values()]
}

/** The packages of a `yarn.lock` of Yarn 1 that come from elsewhere, by what asks for them. */
export function yarnPatterns(text: string): Map<string, { version: string; resolved: string }> {
  const all = new Map<string, { version: string; resolved: string }>()
  for (const block of text.split(/\n(?=\S)/)) {
    const [head = '', ...rest] = block.split('\n')
    const body = rest.join('\n')
    const version = /^ {2}version "?([^"\n]+)/m.exec(body)?.[1]
    const resolved = /^ {2}resolved "?([^"\n]+)/m.exec(body)?.[1]
    if (!version || !resolved) continue
    for (const pattern of head.replace(/:$/, '').split(', '))
      all.set(pattern.replaceAll('"', ''), { version, resolved })
  }
  return all
}

/** `@scope/name` of `@scope/name@^1.0.0`. */
export function nameIn(pattern: string): string {
  return pattern.slice(0, pattern.indexOf('@', 1))
}

/** The packages of a `yarn.lock` of Yarn 2 and newer that come from a registry. */
export function berryPackages(text: string): LockedPackage[] {
  return text.split(/\n(?=\S)/).flatMap((block) => {
    const resolution = /^ {2}resolution: "(@?[^@"]+)@npm:([^":]+)"/m.exec(block)
    if (!resolution) return []
    const mayBeAbsent = /^ {2}conditions:/m.test(block)
    return [{ name: resolution[1] as string, version: resolution[2] as string, mayBeAbsent }]
  })
}

/** What Yarn's `.yarn-state.yml` says is in node_modules. */
export function berryInstalled(text: string): Installed {
  const keys = [...text.matchAll(/^"(@?[^@"]+)@(?:virtual:[^#"]*#)?npm:([^":]+)":/gm)]
  return byName(keys.map(([, name, version]) => ({ name: name as string, version: version as string })))
}

/** The packages at the top of node_modules, of a `bun.lock`. */
export function bunPackages(text: string): LockedPackage[] {
  const lines = [...text.matchAll(/^\s+"(@?[^"@]+)": \["(@?[^"@]+)@([^"]+)"(.*)$/gm)]
  return lines.flatMap(([, key, name, version, rest]) =>
    key === name && /^\d/.test(version ?? '')
      ? [{ name: name as string, version: version as string, mayBeAbsent: /"(os|cpu)":/.test(rest ?? '') }]
      : [],
  )
}
