import { join, relative } from 'node:path'
import { replaceFile } from '../../records/replace-file.js'
import { codeOf, UserError } from '../../words/errors.js'
import { makeResultsFolder } from './results-folder.js'

/**
 * Writes a page into the results folder, in one step; gives its path.
 * @throws UserError where that cannot be
 */
export async function writePage(dir: string, name: string, text: string): Promise<string> {
  await makeResultsFolder(dir)
  try {
    return await replaceFile(join(dir, name), text)
  } catch (error) {
    throw new UserError(
      `${dir}: ${name} cannot be written there (${codeOf(error)}); name another folder with --out`,
    )
  }
}

/** Relative to the working folder, where it lies in it. */
export function shortPath(file: string, cwd: string): string {
  const path = relative(cwd, file)
  return path.startsWith('..') ? file : path
}
