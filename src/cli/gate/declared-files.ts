import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { ReadPlan } from '../../catalog/read-plan.js'

/** `import … from './x'`, `import './x'`, `import('./x')`, `require('./x')`, and the same of `export`. */
const IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g

const ENDINGS = ['', '.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js']

/** Files that a configuration takes in beside itself: modules that it imports, and data of the chosen scenarios. */
export function declaredFiles({ configuration: { loaded }, scenarios }: ReadPlan): string[] {
  const data = scenarios.flatMap(({ scenario, baseDir }) =>
    scenario.data === undefined ? [] : [resolve(baseDir, scenario.data)],
  )
  const files = new Set<string>()
  const queue = loaded === null ? [] : [loaded.file]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    for (const [, , name = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      const found = moduleAt(resolve(dirname(file), name))
      if (found === null || files.has(found)) continue
      files.add(found)
      queue.push(found)
    }
  }
  return [...files, ...data]
}

/** Also of a module that is named by what it is compiled to. */
function moduleAt(path: string): string | null {
  const candidates = [...ENDINGS.map((ending) => path + ending), path.replace(/\.([cm]?)js$/, '.$1ts')]
  return candidates.find((each) => existsSync(each) && statSync(each).isFile()) ?? null
}
