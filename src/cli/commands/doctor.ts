import type { LevelEntry } from '../../catalog/entries.js'
import { findLevels } from '../../catalog/find-levels.js'
import { type CommandRow, commandRows } from '../../config/commands/tables.js'
import { gatherConfiguration } from '../../config/read-configuration.js'
import { settingRows } from '../../config/resolve-settings.js'
import { type Block, code, type DocSection, lines } from '../../markup/doc.js'
import type { BackendName, ServiceName } from '../../model/plan/level.js'
import { pngProblem } from '../../report/charts/png.js'
import { renderText } from '../../report/render/text.js'
import { checkService } from '../../services/providers.js'
import { messageOf, UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import { chooseBackend, type Lack } from '../plan/level-availability.js'
import { affinityOn } from '../plan/plan-run.js'
import type { Invocation } from '../terminal/invocation.js'
import { type AppliedFix, applyFixes } from '../world/apply-fixes.js'
import { thisMachine } from '../world/surroundings.js'
import { sweepFirst } from '../world/sweep-first.js'

/**
 * `rungs doctor`: what can run here, what is missing, what was configured where, and what a crash left behind. With
 * `--fix` it first runs the commands that get what is missing. Exit 2 where no level can run or a setting is wrong, which may
 * be so for one command only: `WORKERS=1,2` is for a ladder.
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
  output.print(renderText({ sections: sectionsOf(found), width: Number.POSITIVE_INFINITY }))
  const isFit = found.problems.length === 0 && found.levels.some(({ lack }) => lack === null)
  return isFit ? ExitCode.Ok : ExitCode.Usage
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
  const configuration = await gatherConfiguration({
    flags: {},
    env,
    cwd,
    configFile: flags.config,
    randomSeed: 0,
  })
  // What a wrong file declares is not known.
  if (configuration.broken) throw new UserError(configuration.problems)
  const commands = commandRows(env, configuration.loaded)
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
    commands: commands.rows,
    problems: [...configuration.problems.map((problem) => `run: ${problem}`), ...commands.problems],
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

function sectionsOf(found: Awaited<ReturnType<typeof examine>>): DocSection[] {
  const { machine, services, levels, png, configFile, settings, commands, problems, swept } = found
  const cores = `${machine.cores} cores (${machine.usableCores} usable)`
  const memory = `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`
  const levelLines = levels.map(({ number, name, backend, lack }) => {
    const how = backend === null ? '' : `, ${backend}`
    return `${number}  ${name}: ${lack ? `cannot run here: ${fixed(lack)}` : `can run here${how}`}`
  })
  const serviceFacts = services.map(
    (service) =>
      [service.name, service.available ? `${service.version}, ${service.source}` : fixed(service)] as const,
  )
  const system = `${machine.os}, kernel ${machine.kernel}, Node ${machine.node}`
  return [
    section('Machine', code([`${machine.cpuModel}, ${cores}, ${memory}`, system, found.affinity])),
    section('Services', { kind: 'facts', facts: serviceFacts }),
    section('Levels', code(levelLines)),
    section('Reports', code([`HTML and Markdown${png === null ? ', PNG charts' : `; ${png}`}`])),
    section(
      `Settings (${configFile ?? 'no rungs.config here'})`,
      settingFacts(settings, ({ setting }) => setting),
    ),
    section('Settings of single commands', commandBlock(commands)),
    ...(problems.length > 0 ? [section('Settings that are wrong', code(problems))] : []),
    section(
      'Left behind by earlier runs',
      code(swept.length === 0 ? ['nothing'] : swept.map(({ text }) => text)),
    ),
  ]
}

/** Those that are given; each command's help has the defaults of all others. */
function commandBlock(rows: readonly CommandRow[]): Block {
  const given = rows.filter(({ source }) => source !== 'default')
  if (given.length === 0) return lines('all by default (rungs COMMAND --help)')
  return settingFacts(given, ({ command, setting }) => `${command} ${setting}`)
}

function settingFacts<Row extends { readonly value: string; readonly source: string }>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): Block {
  const widest = Math.max(...rows.map(({ value }) => value.length))
  return {
    kind: 'facts',
    facts: rows.map((row) => [nameOf(row), `${row.value.padEnd(widest)}  ${row.source}`] as const),
  }
}

function section(title: string, ...blocks: Block[]): DocSection {
  return { title, blocks }
}

function fixed({ reason, fix }: { readonly reason: string; readonly fix: string | null }): string {
  return fix === null ? reason : `${reason}; get it with: ${fix}`
}
