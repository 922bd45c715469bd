import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { ConfigDefaults, RungsConfig } from '../../model/config.js'
import { codeOf, UserError } from '../../words/errors.js'
import { loadDefaultExport, MODULE_ENDINGS, showPath } from './load-module.js'
import { withPlainBodies } from './plain-bodies.js'

/** A configuration file that was read and found right. */
export interface LoadedConfig {
  /** Absolute path. */
  readonly file: string
  /** The path as people like to read it. */
  readonly name: string
  /** What the levels' commands are relative to. */
  readonly baseDir: string
  readonly config: RungsConfig
}

/** A configuration file that was read and found wrong. */
export class WrongConfigError extends UserError {
  readonly file: string
  /** Those of its defaults that have the right shape: what they say may be wrong as well. */
  readonly defaults: ConfigDefaults

  constructor(problems: readonly string[], name: string, defaults: ConfigDefaults) {
    super(problems.map((problem) => `${name}: ${problem}`))
    this.file = name
    this.defaults = defaults
  }
}

/**
 * Reads `--config FILE`, or the `rungs.config.*` of the working folder; null when there is none.
 * @throws UserError with all of its problems, one line each; WrongConfigError where it could be read.
 */
export async function loadConfig(cwd: string, named?: string): Promise<LoadedConfig | null> {
  const file = named === undefined ? await findConfig(cwd) : resolve(cwd, named)
  if (file === null) return null
  const name = showPath(file, cwd)
  if (!MODULE_ENDINGS.some((ending) => file.endsWith(ending))) {
    throw new UserError(`${name}: a configuration must end in ${MODULE_ENDINGS.join(', ')}`)
  }
  const config = withPlainScenarios(await loadDefaultExport(file, cwd))
  const { configProblems, soundDefaults } = await import('./declarations.js')
  const problems = configProblems(config)
  if (problems.length > 0) throw new WrongConfigError(problems, name, soundDefaults(config))
  return { file, name, baseDir: dirname(file), config: config as RungsConfig }
}

function withPlainScenarios(config: unknown): unknown {
  if (typeof config !== 'object' || config === null || !('scenarios' in config)) return config
  const { scenarios } = config
  return Array.isArray(scenarios) ? { ...config, scenarios: scenarios.map(withPlainBodies) } : config
}

async function findConfig(cwd: string): Promise<string | null> {
  const names = MODULE_ENDINGS.map((ending) => `rungs.config${ending}`)
  const there = await Promise.all(names.map((name) => exists(join(cwd, name))))
  const found = names.filter((_, i) => there[i])
  if (found.length > 1) {
    throw new UserError(`${found.join(' and ')}: keep one of them, or name one with --config`)
  }
  return found[0] === undefined ? null : join(cwd, found[0])
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false
    throw new UserError(`${file}: cannot be read (${codeOf(error)})`, undefined, { cause: error })
  }
}
