import { BUILT_IN } from '../../catalog/entries.js'
import { findLevels } from '../../catalog/find-levels.js'
import { findScenarios } from '../../catalog/find-scenarios.js'
import { readConfiguration } from '../../config/read-configuration.js'
import { ExitCode } from '../../model/exit-codes.js'
import type { Invocation } from '../invocation.js'
import { sweepFirst } from '../sweep-first.js'

/** `rungs list`: what there is to run, and where each comes from. */
export async function list(invocation: Invocation): Promise<ExitCode> {
  const { flags, env, cwd, output } = invocation
  const { loaded } = await readConfiguration({
    flags: {},
    env: {},
    cwd,
    configFile: flags.config,
    randomSeed: 0,
  })
  await sweepFirst({ env, output })
  const levels = await findLevels(loaded)
  const scenarios = await findScenarios(loaded)
  output.result({
    levels: levels.map(({ level, source }) => ({ ...level, source })),
    scenarios: scenarios.map(({ scenario, source }) => ({
      ...scenario,
      setup: Boolean(scenario.setup),
      source,
    })),
  })
  const from = (source: string) => (source === BUILT_IN ? '' : ` (${source})`)
  const width = Math.max(...scenarios.map(({ scenario }) => scenario.name.length))
  output.print('Levels')
  for (const { level, source } of levels) {
    output.print(`  ${level.number}  ${level.name}: ${level.title}${from(source)}`)
    if (level.whenToUse) output.print(`     ${level.whenToUse}`)
  }
  output.print('\nScenarios')
  for (const { scenario, source } of scenarios) {
    output.print(`  ${scenario.name.padEnd(width)}  ${scenario.summary ?? scenario.title}${from(source)}`)
  }
  return ExitCode.Ok
}
