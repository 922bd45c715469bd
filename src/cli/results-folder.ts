import { resolve } from 'node:path'
import { readConfiguration } from '../config/read-configuration.js'
import type { Invocation } from './invocation.js'

/** Where results lie: as `--out`, environment or configuration say. */
export async function resultsFolder({ flags, env, cwd }: Invocation): Promise<string> {
  const { settings } = await readConfiguration({
    flags: { out: flags.out },
    env,
    cwd,
    configFile: flags.config,
    randomSeed: 0,
  })
  return resolve(cwd, settings.out)
}
