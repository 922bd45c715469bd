import { BUILT_IN } from '../../catalog/entries.js'
import { findLevels } from '../../catalog/find-levels.js'
import { findScenarios } from '../../catalog/find-scenarios.js'
import { readConfiguration } from '../../config/read-configuration.js'
import { ExitCode } from '../../words/exit-codes.js'
import type { Invocation } from '../terminal/invocation.js'
import { sweepFirst } from '../world/sweep-first.js'

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
  const width = Math.max(...scenarios.map(({ scenario }) => scenario.name.length))
  for (const { title, entries } of groupsOf('Levels', levels)) {
    output.print(title)
    for (const { level } of entries) {
      output.print(`  ${level.number}  ${level.name}: ${level.title}`)
      if (level.whenToUse) output.print(`     ${level.whenToUse}`)
    }
  }
  for (const { title, entries } of groupsOf('Scenarios', scenarios)) {
    output.print(`\n${title}`)
    for (const { scenario } of entries) {
      output.print(`  ${scenario.name.padEnd(width)}  ${scenario.summary ?? scenario.title}`)
    }
  }
  return ExitCode.Ok
}

/** Your own first, and apart from rungs' own, which ask for the endpoints of its reference service. */
function groupsOf<Entry extends { readonly source: string }>(
  what: string,
  all: readonly Entry[],
): { title: string; entries: readonly Entry[] }[] {
  const own = all.filter(({ source }) => source !== BUILT_IN)
  if (own.length === 0) return [{ title: what, entries: all }]
  const builtIn = all.filter(({ source }) => source === BUILT_IN)
  return [
    { title: `${what} of ${own[0]?.source}`, entries: own },
    {
      title: `${what} of rungs' own reference service${what === 'Levels' ? ' (not to be had beside yours)' : ''}`,
      entries: builtIn,
    },
  ].filter(({ entries }) => entries.length > 0)
}
