import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { parseSync } from 'oxc-parser'

/** One import of one of our files by another; paths relative to the repository, type-only imports included. */
export interface Import {
  readonly from: string
  readonly to: string
}

/** Every import between our own TypeScript files below `folders`, dynamic ones with a literal path included. */
export function importsOf(root: string, folders: readonly string[]): Import[] {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
  return files.flatMap((file) =>
    specifiersOf(join(root, file))
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => ({
        from: file.split(sep).join('/'),
        to: relative(root, normalize(join(root, dirname(file), specifier)))
          .split(sep)
          .join('/')
          .replace(/\.js$/, '.ts'),
      })),
  )
}

function specifiersOf(path: string): string[] {
  const source = readFileSync(path, 'utf8')
  const { module, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  return [
    ...module.staticImports.map((i) => i.moduleRequest.value),
    ...module.staticExports.flatMap((e) => e.entries.flatMap((x) => x.moduleRequest?.value ?? [])),
    ...module.dynamicImports.flatMap((i) => {
      const text = source.slice(i.moduleRequest.start, i.moduleRequest.end)
      return /^(['"]).*\1$/.test(text) ? text.slice(1, -1) : []
    }),
    // `import('…').Type` in a type position is no dynamic import to the parser.
    ...[...source.matchAll(/\bimport\((['"])(\.[^'"]+)\1\)/g)].map((match) => match[2] as string),
  ]
}

/** `src/report/site/html.ts` lies in the room `report`; files of `levels/` and `scenarios/` in rooms of that name. */
export function roomOf(file: string): string {
  const [top, second] = file.split('/')
  return (top === 'src' ? second : top) ?? file
}

/** A cycle among nodes, as a closed path, or null. */
export function findCycle(edges: Iterable<readonly [string, string]>): string[] | null {
  const next = new Map<string, string[]>()
  for (const [from, to] of edges) if (from !== to) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const walk = (node: string, path: string[]): string[] | null => {
    const seen = path.indexOf(node)
    if (seen >= 0) return [...path.slice(seen), node]
    if (done.has(node)) return null
    for (const to of next.get(node) ?? []) {
      const cycle = walk(to, [...path, node])
      if (cycle) return cycle
    }
    done.add(node)
    return null
  }
  for (const node of next.keys()) {
    const cycle = walk(node, [])
    if (cycle) return cycle
  }
  return null
}
