import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readPlan } from '../../catalog/read-plan.js'
import { wholeNumber } from '../../config/parsers.js'
import { launchLevel } from '../../launch/launch-level.js'
import { LaunchError } from '../../launch/launcher.js'
import { openLease } from '../../launch/lease/lease.js'
import { paint } from '../../markup/paint.js'
import { tellingText } from '../../model/plan/telling-lines.js'
import type { PlannedLevel } from '../../runner/cell/booted.js'
import { deathText } from '../../runner/cell/death-watch.js'
import { messageOf, UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import { chooseBackend } from '../plan/level-availability.js'
import { planLevelAlone, workerCpusAlone } from '../plan/plan-run.js'
import type { Invocation } from '../terminal/invocation.js'
import type { Output } from '../terminal/output.js'
import { stepProgress } from '../terminal/step-progress.js'
import { type BootedLevel, makeBoot } from '../world/boot.js'
import { endAll } from '../world/end-all.js'
import { listenForInterrupt } from '../world/interrupt.js'
import { sweepFirst } from '../world/sweep-first.js'
import { upLines } from '../world/up-text.js'

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
  await sweepFirst(invocation)
  const { entry, lack } = await chooseBackend(asked, configuration.settings.backend, env)
  if (lack)
    throw new UserError(
      `level ${entry.level.number} cannot run here: ${lack.reason}${lack.fix ? `; ${lack.fix}` : ''}`,
    )

  const planned = planLevelAlone(entry, configuration.settings.workers)
  const { cpus: workerCpus, reason } = workerCpusAlone(planned, configuration.settings.workerCpus)
  if (reason !== null) output.warn(reason)
  const interrupt = listenForInterrupt((name) => output.note(`${name}: stopping`))
  const lease = await openLease({ env })
  const logDir = join(lease.tempDir, 'logs')
  const progress = stepProgress(output)
  await mkdir(logDir)
  const { boot, stopServices } = makeBoot({
    launch: launchLevel,
    lease,
    logDir,
    env,
    database: configuration.settings.database,
    workerCpus,
    ...(port === null ? {} : { port }),
    onService: (name, source) => progress.step(`${name}: ${source}`),
  })
  try {
    progress.step(`level ${planned.info.key} (${planned.info.name}): booting …`)
    const booted = await boot(planned, 'up', interrupt.signal)
    progress.end()
    try {
      for (const warning of booted.warnings) output.warn(warning)
      show(output, planned, booted, logDir)
      const exit = await Promise.race([aborted(interrupt.signal), booted.died])
      if (!exit) return ExitCode.Interrupted
      throw new UserError(`${deathText(exit)}: ${tellingText(booted.lastLogLines(100))}`)
    } finally {
      await booted.stop()
    }
  } catch (error) {
    if (interrupt.signal.aborted) return ExitCode.Interrupted
    if (error instanceof LaunchError)
      throw new UserError([messageOf(error), ...error.log.map((line) => `  ${line}`)])
    throw error
  } finally {
    progress.end()
    await endAll(stopServices, lease, output.warn)
    interrupt.dispose()
  }
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

function portOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const parsed = wholeNumber({ min: 1, max: 65_535, example: 8080 })(text)
  if ('problem' in parsed) throw new UserError(`--port ${text}: ${parsed.problem}`)
  return parsed.value
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null)
    else signal.addEventListener('abort', () => resolve(null), { once: true })
  })
}
