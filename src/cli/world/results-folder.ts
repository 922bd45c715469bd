import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { readConfiguration } from '../../config/read-configuration.js'
import { codeOf, UserError } from '../../words/errors.js'
import { envWithOnly } from '../plan/search-settings.js'
import type { Invocation } from '../terminal/invocation.js'

/** Where results lie: as `--out`, environment or configuration say. */
export async function resultsFolder({ flags, env, cwd }: Invocation): Promise<string> {
  const { settings } = await readConfiguration({
    flags: { out: flags.out },
    env: envWithOnly(['out'], env),
    cwd,
    configFile: flags.config,
    randomSeed: 0,
  })
  return resolve(cwd, settings.out)
}

/**
 * Makes the folder for results, with those above it.
 * @throws UserError where it cannot be made
 */
export async function makeResultsFolder(dir: string): Promise<string> {
  try {
    await makeFolders(dir)
    return dir
  } catch (error) {
    throw new UserError(
      `${dir}: results cannot be written there (${codeOf(error)}); name another folder with --out`,
      undefined,
      { cause: error },
    )
  }
}

/** Makes a folder and those above it. Node's own recursive mkdir never ends where one that exists takes no new ones, as /proc. */
export async function makeFolders(dir: string): Promise<void> {
  try {
    await mkdir(dir)
  } catch (error) {
    if (await isFolder(dir)) return
    const parent = dirname(dir)
    if (codeOf(error) !== 'ENOENT' || (await isFolder(parent))) throw error
    await makeFolders(parent)
    await makeFolders(dir)
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}
