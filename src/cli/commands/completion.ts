import type { Command } from 'commander'
import { fixtures } from '../../calibrate/fixtures.js'
import { ownOrBuiltIn } from '../../catalog/choose.js'
import { findLevels } from '../../catalog/find-levels.js'
import { findScenarios } from '../../catalog/find-scenarios.js'
import type { LoadedConfig } from '../../config/file/load-config.js'
import { ALL_GATE_METRICS } from '../../config/gate-settings.js'
import { readConfiguration } from '../../config/read-configuration.js'
import { NEEDS } from '../../ladder/ask.js'
import { PROFILE_NAMES } from '../../model/plan/profile-base.js'
import { ExitCode } from '../../words/exit-codes.js'
import { type Candidate, complete } from '../shell/complete.js'
import { COMPLETION_SCRIPTS, type Shell } from '../shell/completion-scripts.js'
import type { Invocation } from '../terminal/invocation.js'
import { FORMATS } from './report.js'

/** `rungs completion SHELL`: the script for a shell. */
export async function completion({ args, output }: Invocation): Promise<ExitCode> {
  const shell = args[0] as Shell
  output.print(COMPLETION_SCRIPTS[shell].trimEnd())
  output.result({ shell, script: COMPLETION_SCRIPTS[shell] })
  return ExitCode.Ok
}

/** What may stand after a flag, whatever is declared here. */
const FIXED_VALUES: Readonly<Record<string, readonly string[]>> = {
  '--format': [...FORMATS, 'all'],
  '--profile': PROFILE_NAMES,
  '--metrics': ALL_GATE_METRICS,
  '--need': NEEDS,
  '--fixture': fixtures({ quick: false }).map(({ name }) => name),
}

/** What the scripts ask: a line for each word that may come next, with a tab and what it is. */
export async function completeWords({ args, cwd, output }: Invocation, program: Command): Promise<ExitCode> {
  const valuesOf = async (flag: string): Promise<readonly Candidate[]> => {
    if (FIXED_VALUES[flag]) return FIXED_VALUES[flag].map(bare)
    if (flag !== '--level' && flag !== '--scenario') return []
    const loaded = await configuration(cwd)
    return flag === '--level' ? await levelNames(loaded) : await scenarioNames(loaded)
  }
  for (const { value, description } of await complete(program, args, valuesOf)) {
    output.print(`${value}\t${description}`)
  }
  return ExitCode.Ok
}

/** A configuration with a mistake must not print into the line that is being typed: then there is none. */
async function configuration(cwd: string): Promise<LoadedConfig | null> {
  return await readConfiguration({ flags: {}, env: {}, cwd, configFile: undefined, randomSeed: 0 }).then(
    ({ loaded }) => loaded,
    () => null,
  )
}

function bare(value: string): Candidate {
  return { value, description: '' }
}

async function levelNames(loaded: LoadedConfig | null): Promise<Candidate[]> {
  const levels = ownOrBuiltIn(await findLevels(loaded))
  return [
    ...levels.map(({ level }) => ({
      value: String(level.number),
      description: `${level.name}: ${level.title}`,
    })),
    { value: 'lowest', description: 'the lowest level' },
    { value: 'all', description: 'every level' },
  ]
}

async function scenarioNames(loaded: LoadedConfig | null): Promise<Candidate[]> {
  const scenarios = await findScenarios(loaded)
  return [
    ...scenarios.map(({ scenario }) => ({ value: scenario.name, description: scenario.title })),
    { value: 'all', description: 'every scenario' },
  ]
}
