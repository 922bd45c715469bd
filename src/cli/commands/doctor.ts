import type { LevelEntry } from '../../catalog/entries.js'
import { findLevels } from '../../catalog/find-levels.js'
import { readConfiguration } from '../../config/read-configuration.js'
import { settingRows } from '../../config/resolve-settings.js'
import type { BackendName, ServiceName } from '../../model/plan/level.js'
import { pngProblem } from '../../report/charts/png.js'
import { checkService } from '../../services/providers.js'
import { messageOf, UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import { chooseBackend, type Lack } from '../plan/level-availability.js'
import { affinityOn } from '../plan/plan-run.js'
import type { Invocation } from '../terminal/invocation.js'
import type { Output } from '../terminal/output.js'
import { type AppliedFix, applyFixes } from '../world/apply-fixes.js'
import { thisMachine } from '../world/surroundings.js'
import { sweepFirst } from '../world/sweep-first.js'

/**
 * `rungs doctor`: what can run here, what is missing, what was configured where, and what a crash left behind. With
 * `--fix` it first runs the commands that get what is missing.
 */
export async function doctor(invocation: Invocation): Promise<ExitCode> {
  const { flags, env, output } = invocation
  let found = await examine(invocation)
  let fixes: readonly AppliedFix[] = []
  if (flags.fix) {
    fixes = await applyFixes(fixesOf(found), env, output.note)
    for (const { command, state, text } of fixes) if (state !== 'done') output.warn(`${command}: ${text}`)
    if (fixes.length > 0) found = await examine(invocation)
  }
  output.result({ ...found, fixes })
  show(output, found)
  return found.levels.some(({ lack }) => lack === null) ? ExitCode.Ok : ExitCode.Usage
}

/** Of levels and services alike; what a level lacks may be a service. What only another backend would need is left alone. */
function fixesOf({ services, levels }: Awaited<ReturnType<typeof examine>>): string[] {
  return [
    ...services.flatMap((service) => (service.available || service.optional ? [] : [service.fix])),
    ...levels.map(({ lack }) => lack?.fix ?? null),
  ].filter((fix) => fix !== null)
}

async function examine({ flags, env, cwd, output }: Invocation) {
  const swept = await sweepFirst({ env, output: { ...output, note: () => {} } })
  const configuration = await readConfiguration({
    flags: {},
    env,
    cwd,
    configFile: flags.config,
    randomSeed: 0,
  })
  const around = thisMachine(env)
  const entries = await findLevels(configuration.loaded)
  const levels = await Promise.all(
    entries.map(async (entry) => ({
      number: entry.level.number,
      name: entry.level.name,
      source: entry.source,
      ...(await wayToRun(entry, configuration.settings.backend, env)),
    })),
  )
  const servicesOf = (parts: readonly { services?: readonly ServiceName[] }[]) =>
    parts.flatMap(({ services = [] }) => services)
  const own = new Set(servicesOf(entries.map(({ level }) => level)))
  const others = servicesOf(entries.flatMap(({ level }) => level.backends ?? []))
  return {
    machine: around.machine,
    affinity: affinityText(around, configuration.settings.affinity),
    services: await Promise.all(
      [...new Set([...own, ...others])].map(async (name) => ({
        name,
        optional: !own.has(name),
        ...(await checkService(name, env)),
      })),
    ),
    levels,
    png: await pngProblem(),
    configFile: configuration.loaded?.name ?? null,
    settings: settingRows(configuration),
    swept,
  }
}

/** How a level would be run here, and what it lacks. */
async function wayToRun(
  entry: LevelEntry,
  asked: 'auto' | BackendName,
  env: NodeJS.ProcessEnv,
): Promise<{ backend: BackendName | null; lack: Lack | null }> {
  try {
    const chosen = await chooseBackend(entry, asked, env)
    return { backend: chosen.entry.backend ?? null, lack: chosen.lack }
  } catch (error) {
    if (error instanceof UserError) return { backend: null, lack: { reason: error.message, fix: null } }
    throw error
  }
}

function affinityText(...args: Parameters<typeof affinityOn>): string {
  try {
    const { split, reason } = affinityOn(...args)
    return split
      ? `generator on ${split.generator.join(', ')}, service on ${split.service.join(', ')} (${reason})`
      : reason
  } catch (error) {
    return messageOf(error)
  }
}

function show(output: Output, found: Awaited<ReturnType<typeof examine>>): void {
  const { machine } = found
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`
  output.print('Machine')
  output.print(
    `  ${machine.cpuModel}, ${machine.cores} cores (${machine.usableCores} usable), ${gib(machine.memoryBytes)}`,
  )
  output.print(`  ${machine.os}, kernel ${machine.kernel}, Node ${machine.node}`)
  output.print(`  ${found.affinity}`)
  output.print('\nServices')
  for (const service of found.services) {
    output.print(
      `  ${service.name.padEnd(10)}  ${service.available ? `${service.version}, ${service.source}` : fixed(service)}`,
    )
  }
  output.print('\nLevels')
  for (const { number, name, backend, lack } of found.levels) {
    const how = backend === null ? '' : `, ${backend}`
    output.print(`  ${number}  ${name}: ${lack ? `cannot run here: ${fixed(lack)}` : `can run here${how}`}`)
  }
  output.print('\nReports')
  output.print(`  HTML and Markdown${found.png === null ? ', PNG charts' : `; ${found.png}`}`)
  output.print(
    `\nSettings${found.configFile === null ? ' (no rungs.config here)' : ` (${found.configFile})`}`,
  )
  const longest = (key: 'setting' | 'value') => Math.max(...found.settings.map((row) => row[key].length))
  const [names, values] = [longest('setting'), longest('value')]
  for (const { setting, value, source } of found.settings) {
    output.print(`  ${setting.padEnd(names)}  ${value.padEnd(values)}  ${source}`)
  }
  output.print('\nLeft behind by earlier runs')
  if (found.swept.length === 0) output.print('  nothing')
  for (const { text } of found.swept) output.print(`  ${text}`)
}

function fixed({ reason, fix }: { readonly reason: string; readonly fix: string | null }): string {
  return fix === null ? reason : `${reason}; get it with: ${fix}`
}
