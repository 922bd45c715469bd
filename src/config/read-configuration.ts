import type { ConfigDefaults, RungsConfig } from '../model/config.js'
import { UserError } from '../words/errors.js'
import { type LoadedConfig, loadConfig, WrongConfigError } from './file/load-config.js'
import { type ResolvedSettings, resolveSettings, type SettingSources } from './resolve-settings.js'

export interface ConfigurationSources extends Pick<SettingSources, 'flags' | 'env' | 'randomSeed'> {
  readonly cwd: string
  /** The file that `--config` names. */
  readonly configFile?: string | undefined
  /** The defaults of a command that has other ones than the file's; null where there is no file. */
  readonly defaultsOf?: (config: RungsConfig | null) => ConfigDefaults
}

export interface Configuration extends ResolvedSettings {
  /** Null where there is no configuration file, or it is wrong. */
  readonly loaded: LoadedConfig | null
  /** Whether the file is wrong: what it declares is not known then. */
  readonly broken: boolean
}

/**
 * The configuration file and every setting, resolved, and in `problems` all that is wrong with the file, the flags and
 * the environment together.
 */
export async function gatherConfiguration(from: ConfigurationSources): Promise<Configuration> {
  let loaded: LoadedConfig | null = null
  let file: SettingSources['file'] = null
  const problems: string[] = []
  try {
    loaded = await loadConfig(from.cwd, from.configFile)
    if (loaded) file = { name: loaded.name, defaults: loaded.config.defaults ?? {} }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    problems.push(...error.problems)
    if (error instanceof WrongConfigError) file = { name: error.file, defaults: error.defaults }
  }
  const own = from.defaultsOf?.(loaded?.config ?? null)
  if (own) file = { name: loaded?.name ?? 'default', defaults: own }
  const resolved = resolveSettings({ ...from, file })
  const broken = problems.length > 0
  return { ...resolved, loaded, broken, problems: [...problems, ...resolved.problems] }
}

/** As `gatherConfiguration`. @throws UserError when there is any problem, with all of them. */
export async function readConfiguration(from: ConfigurationSources): Promise<Configuration> {
  const configuration = await gatherConfiguration(from)
  if (configuration.problems.length > 0) throw new UserError(configuration.problems)
  return configuration
}
