import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { UserError } from '../words/errors.js'
import type { ArmOrigin } from './arm-origin.js'

/**
 * What is wrong with `gate.artefacts` before anything is built, a line each.
 * @param origins a folder may have what looks like a pattern and is a name
 */
export function artefactProblems(names: readonly string[], origins: readonly ArmOrigin[]): string[] {
  const folders = origins.flatMap((origin) => (origin.kind === 'folder' ? [origin.dir] : []))
  return names.flatMap((name) => {
    if (isAbsolute(name))
      return [
        `gate.artefacts: ${name}: name it by its path in the project's folder: base and head each have one`,
      ]
    const isPattern = /[*?{}[\]]/.test(name) && !folders.some((dir) => existsSync(join(dir, name)))
    return isPattern
      ? [`gate.artefacts: ${name}: there is no such file; patterns are not taken: name files and folders`]
      : []
  })
}

/** @throws UserError with every artefact that a side does not have after its build */
export function requireArtefacts(side: string, dir: string, names: readonly string[]): void {
  const missing = names.filter((name) => !existsSync(join(dir, name)))
  if (missing.length === 0) return
  throw new UserError(
    missing.map(
      (name) =>
        `gate.artefacts: ${side} has no ${name} in ${dir} once it is built: name files or folders that every build makes`,
    ),
  )
}
