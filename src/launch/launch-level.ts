import { setMaxListeners } from 'node:events'
import { rmSync } from 'node:fs'
import type { Dashboard } from '../model/plan/level.js'
import { freePort, listenProblem } from '../services/support/free-port.js'
import { hasTaskset } from '../services/support/pinned.js'
import { exitText } from '../services/support/spawn-logged.js'
import { UserError } from '../words/errors.js'
import { type Launch, LaunchError, type LaunchRequest, type RunningLevel } from './launcher.js'
import { type LevelContext, levelContext } from './level-context.js'
import { controlLines, runControl } from './level-controls.js'
import { processesElsewhere } from './level-elsewhere.js'
import { prepareLevel } from './level-prepare.js'
import { LevelProcesses } from './level-processes.js'
import { LevelQuota } from './level-quota.js'
import { ownValues } from './own-values.js'
import { fill } from './placeholders.js'
import { untilAnswered, untilReady, untilWorkersAnswer } from './readiness.js'

const READY_SECONDS = 60
const LOG_LINES = 20
/** How often a boot on a port of our own choice is tried when somebody else took the port first. */
const PORT_ATTEMPTS = 3

/**
 * Boots a level: prepares it, starts its processes, waits until it is ready and its workers answer. Whatever goes
 * wrong, nothing of the boot is left.
 * @throws UserError when the port is in use or the declaration cannot be followed; LaunchError when the level does
 *   not come up; the signal's reason when aborted.
 */
export const launchLevel: Launch = async (request) => {
  if (request.cpus?.length && !hasTaskset()) {
    throw new UserError('taskset was not found on the PATH: install util-linux, or use --affinity off')
  }
  if (request.port !== undefined) {
    await assertFree(request.port)
    return await boot(request, request.port)
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await boot(request, await freePort())
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !isPortTaken(error)) throw error
    }
  }
}

async function boot(request: LaunchRequest, port: number): Promise<RunningLevel> {
  request.signal.throwIfAborted()
  const began = performance.now()
  const own = await ownValues(request.level, { ...process.env, ...request.env })
  const context = levelContext(request, port, own)
  const processes = new LevelProcesses(context)
  let quota: LevelQuota | null = null
  const stop = async (): Promise<void> => {
    await processes.stop()
    await quota?.end()
    rmSync(context.tempDir, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    const controls = controlLines(context)
    const dashboards = dashboardsOf(context)
    request.onStage?.('prepare')
    await prepareLevel(context)
    request.onStage?.('start')
    await processes.start()
    await untilServing(context, processes)
    const bootSeconds = (performance.now() - began) / 1_000
    const workerProblems = await workerWarnings(context, processes)
    const elsewhere = await processesElsewhere(context)
    const all = [...processes.list(), ...elsewhere.processes]
    quota = request.workerCpus ? await LevelQuota.begin(context, all, request.workerCpus) : null
    const warnings = [
      ...workerProblems,
      ...elsewhere.warnings,
      ...(quota?.warnings(context) ?? []),
      ...(await dashboardWarnings(context, processes, dashboards)),
    ]
    request.onStage?.('ready')
    return {
      url: context.url,
      port,
      workers: request.workers,
      workerCpus: request.workerCpus ?? null,
      bootSeconds: warnings.length === 0 ? (performance.now() - began) / 1_000 : bootSeconds,
      processes: all,
      warnings,
      controls,
      dashboards,
      died: processes.died,
      lastLogLines: (count) => processes.lastLogLines(count),
      liftQuota: () => quota?.lift(),
      renewQuota: () => quota?.renew() ?? null,
      control: async (name, argument) => {
        const said = await runControl(context, name, argument)
        quota?.renew()
        return said
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function dashboardsOf({ level, values, title }: LevelContext): Dashboard[] {
  return (level.dashboards ?? []).map((dashboard) => {
    const filled = Object.entries(dashboard).map(([key, text]) => [
      key,
      fill(text, values, `${title}, dashboard ${dashboard.name}`),
    ])
    return Object.fromEntries(filled) as Dashboard
  })
}

/** How long a level may take for its first answer, and for each that is waited for after it. */
function readyMs({ level }: LevelContext): number {
  return (level.ready.timeoutSeconds ?? READY_SECONDS) * 1_000
}

/** Races readiness against the end of a process. */
async function untilServing(context: LevelContext, processes: LevelProcesses): Promise<void> {
  const { path } = context.level.ready
  const timeoutMs = readyMs(context)
  const problem = await whileAlive(context, processes, (signal) =>
    untilReady(context.url + path, timeoutMs, signal),
  )
  if (problem === null) return
  const hint = problem.includes('nobody') ? '; does it listen on HOST and PORT of its environment?' : ''
  throw new LaunchError(
    'boot',
    `${context.title}: not ready after ${timeoutMs / 1_000} s: GET ${path} ${problem}${hint}; its log says: ${processes.lastWords()}`,
    processes.lastLogLines(LOG_LINES),
  )
}

async function workerWarnings(context: LevelContext, processes: LevelProcesses): Promise<string[]> {
  const { workerPath } = context.level
  if (!workerPath) return []
  const quietMs = readyMs(context)
  const warning = await whileAlive(context, processes, (signal) =>
    untilWorkersAnswer(context.url + workerPath, context.workers, quietMs, signal),
  )
  return warning ? [`${context.title}: ${warning}`] : []
}

/** A level without its dashboards serves all the same. */
async function dashboardWarnings(
  context: LevelContext,
  processes: LevelProcesses,
  dashboards: readonly Dashboard[],
): Promise<string[]> {
  const timeoutMs = readyMs(context)
  const warnings: string[] = []
  for (const { name, url } of dashboards) {
    const problem = await whileAlive(context, processes, (signal) => untilAnswered(url, timeoutMs, signal))
    if (problem !== null) warnings.push(`${context.title}: dashboard ${name}: GET ${url} ${problem}`)
  }
  return warnings
}

/** Does something as long as all processes live; calls it off when one ends. */
async function whileAlive<T>(
  context: LevelContext,
  processes: LevelProcesses,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const callOff = new AbortController()
  // Every probe under way listens, and there may be many at once.
  setMaxListeners(0, callOff.signal)
  const forward = (): void => callOff.abort(context.signal.reason)
  context.signal.addEventListener('abort', forward, { once: true })
  if (context.signal.aborted) forward()
  void processes.died.then(() => callOff.abort())
  try {
    const done = await work(callOff.signal)
    assertAlive(context, processes)
    return done
  } catch (error) {
    context.signal.throwIfAborted()
    assertAlive(context, processes)
    throw error
  } finally {
    context.signal.removeEventListener('abort', forward)
  }
}

/** Whoever answered, it was not a level whose process has ended. */
function assertAlive(context: LevelContext, processes: LevelProcesses): void {
  const ended = processes.ended()
  if (!ended) return
  const hint = ended.code === 0 ? '; it must stay in the foreground' : ''
  throw new LaunchError(
    'boot',
    `${context.title}: process ${ended.process} ended with ${exitText(ended)} before the level was ready${hint}: ${processes.lastWords(ended.process)}`,
    processes.lastLogLines(LOG_LINES),
  )
}

async function assertFree(port: number): Promise<void> {
  const problem = await listenProblem(port)
  if (problem === null) return
  if (problem === 'EADDRINUSE') {
    throw new UserError(`port ${port} is already in use: stop what listens there, or choose another port`)
  }
  throw new UserError(`port ${port} cannot be listened on (${problem}): choose another port`)
}

function isPortTaken(error: unknown): boolean {
  return (
    error instanceof LaunchError && error.log.some((line) => /EADDRINUSE|address already in use/i.test(line))
  )
}
