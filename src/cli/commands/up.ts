import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LevelEntry } from '../../catalog/entries.js'
import { readPlan } from '../../catalog/read-plan.js'
import { wholeNumber } from '../../config/parsers.js'
import { LaunchError } from '../../launch/launcher.js'
import { paint } from '../../markup/paint.js'
import { tellingText } from '../../model/plan/telling-lines.js'
import type { RunLevel } from '../../model/run/run.js'
import type { PlannedLevel } from '../../runner/cell/booted.js'
import { DeathWatch, withService } from '../../runner/cell/with-service.js'
import { messageOf, UserError } from '../../words/errors.js'
import type { ExitCode } from '../../words/exit-codes.js'
import { planLevelAlone, type Surroundings, workerCpusAlone } from '../plan/plan-run.js'
import type { Invocation } from '../terminal/invocation.js'
import type { Output } from '../terminal/output.js'
import { noteService } from '../terminal/progress.js'
import { stepProgress } from '../terminal/step-progress.js'
import type { BootedLevel } from '../world/boot.js'
import { surroundingsOf } from '../world/surroundings.js'
import { upLines } from '../world/up-text.js'
import { inWorld } from '../world/world.js'

/** `rungs up`: boots one level and keeps it until a signal, or until it dies. */
export async function up(invocation: Invocation): Promise<ExitCode> {
  const { flags, env, cwd, output } = invocation
  const port = portOf(flags.port)
  const { configuration, levels } = await readPlan({
    flags,
    env,
    cwd,
    configFile: flags.config,
    randomSeed: 0,
  })
  const [asked, second] = levels
  if (!asked || second) throw new UserError('rungs up boots one level: name it, such as --level 2')
  const { settings } = configuration
  const progress = stepProgress(output)
  const onSignal = (name: string) => output.note(`${name}: stopping`)
  return await inWorld(invocation, onSignal, async ({ signal, lease, boots }) => {
    const { levels, around } = await surroundingsOf(invocation, { levels: [asked], configuration })
    const planned = planUp(levels[0] ?? asked, settings.workers, around)
    const { cpus: workerCpus, reason } = workerCpusAlone(planned, settings.workerCpus, around)
    if (reason !== null) output.warn(reason)
    const logDir = join(lease.tempDir, 'logs')
    await mkdir(logDir)
    const boot = boots({
      logDir,
      database: settings.database,
      workerCpus,
      port,
      onService: noteService(output),
    })
    const events = {
      onBoot: ({ key, name }: RunLevel) => progress.step(`level ${key} (${name}): booting …`),
      onReady: () => progress.end(),
    }
    try {
      return await withService(planned, { boot, signal, events }, async (service) => {
        const booted = await service.up('up')
        for (const warning of booted.warnings) output.warn(warning)
        show(output, planned, booted, logDir)
        throw new UserError(await deathOf(booted, signal))
      })
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof LaunchError)
        throw new UserError([messageOf(error), ...error.log.map((line) => `  ${line}`)])
      throw error
    } finally {
      progress.end()
    }
  })
}

function planUp(entry: LevelEntry, asked: number, around: Surroundings): PlannedLevel {
  const { number } = entry.level
  const lack = around.lacks.get(number)
  if (!lack) return planLevelAlone(entry, asked, around)
  throw new UserError(`level ${number} cannot run here: ${lack.reason}${lack.fix ? `; ${lack.fix}` : ''}`)
}

/** How a level that is up ends by itself, once it has. @throws the signal's reason when interrupted before */
async function deathOf(booted: BootedLevel, interrupt: AbortSignal): Promise<string> {
  const watch = new DeathWatch([booted], interrupt)
  if (!watch.signal.aborted) await once(watch.signal, 'abort')
  interrupt.throwIfAborted()
  return `${watch.death?.text}: ${tellingText(booted.lastLogLines(100))}`
}

function show(output: Output, { info, level }: PlannedLevel, booted: BootedLevel, logDir: string): void {
  const { url, processes, controls, dashboards, workerCpus } = booted
  output.result({
    level: info.key,
    name: info.name,
    ...(info.backend ? { backend: info.backend } : {}),
    url,
    workers: info.workers,
    ...(workerCpus === null ? {} : { workerCpus }),
    processes,
    controls,
    dashboards,
    logs: logDir,
  })
  const { path: readyPath } = level?.ready ?? { path: '/' }
  for (const line of upLines(info, booted, { logDir, readyPath }, paint(output.colour))) output.print(line)
  output.note('Ctrl-C stops it, with all that it started.')
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const parsed = wholeNumber({ min: 1, max: 65_535, example: 8080 })(text)
  if ('problem' in parsed) throw new UserError(`--port ${text}: ${parsed.problem}`)
  return parsed.value
}
