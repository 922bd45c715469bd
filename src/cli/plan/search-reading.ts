import { type ReadPlan, readPlan } from '../../catalog/read-plan.js'
import { type ChoicesOf, commandChoices, flagsOfRun } from '../../config/commands/tables.js'
import type { SettingName } from '../../config/settings.js'
import type { RungsConfig } from '../../model/config.js'
import type { PlannedLevel, PlannedScenario } from '../../runner/cell/booted.js'
import type { RunPlan } from '../../runner/studies/run-plan.js'
import { collecting, UserError } from '../../words/errors.js'
import type { Invocation } from '../terminal/invocation.js'
import { randomSeed } from './random-seed.js'
import { defaultsWithout, envWithout } from './search-settings.js'

type Searching = 'capacity' | 'tune'

export interface SearchWish<Name extends Searching> {
  readonly command: Name
  /** Settings of `rungs run` that it has no use for. */
  readonly unused: readonly SettingName[]
  /** Defaults of its own, which go before those of a configuration. */
  readonly own?: RungsConfig['defaults']
  /** What is wrong already; more are put behind. */
  readonly problems: string[]
}

/**
 * What a search of one level and one scenario is made on.
 * @throws UserError with all that is wrong, where the settings themselves are; else it is noted in `problems`
 */
export async function readSearch<Name extends Searching>(
  { flags, env, cwd, output }: Pick<Invocation, 'flags' | 'env' | 'cwd' | 'output'>,
  { command, unused, own = {}, problems }: SearchWish<Name>,
): Promise<{ readonly plan: ReadPlan; readonly choices: ChoicesOf<Name> }> {
  const plan = await collecting(problems, () =>
    readPlan({
      flags: flagsOfRun(command, flags),
      env: envWithout(unused, env),
      cwd,
      configFile: flags.config,
      randomSeed: randomSeed(),
      told: output,
      defaultsOf: (config) => ({
        ...defaultsWithout(unused, config?.defaults ?? {}),
        ...own,
        scenario: config?.scenarios?.[0]?.name ?? 'simple',
        repeats: 1,
      }),
    }),
  )
  const loaded = plan?.configuration.loaded ?? null
  const choices = commandChoices(command, { flags, env, loaded }, problems)
  if (plan === null) throw new UserError(problems)
  const { length } = plan.levels
  if (length > 1) problems.push(`--level: a search is made at one level; name one of the ${length}`)
  if (plan.scenarios.length !== 1) problems.push('--scenario: a search is made of one scenario; name one')
  return { plan, choices }
}

/** The level and the scenario of a search. @throws UserError where the level lacks something here */
export function soleOf({ levels, scenarios }: Pick<RunPlan, 'levels' | 'scenarios'>): {
  level: PlannedLevel
  scenario: PlannedScenario
} {
  const [level, scenario] = [levels[0], scenarios[0]]
  if (!level || !scenario) throw new Error('a search needs a level and a scenario')
  if (level.skip) {
    const fix = level.skip.fix === null ? '' : `; get it with: ${level.skip.fix}`
    throw new UserError(
      `level ${level.info.key} (${level.info.name}) cannot run here: ${level.skip.reason}${fix}`,
    )
  }
  return { level, scenario }
}
