import type { ProcessSpec } from '../model/plan/level.js'
import { tellingText } from '../model/plan/telling-lines.js'
import { pinned } from '../services/support/pinned.js'
import {
  exitWithin,
  type LoggedProcess,
  lastLines,
  logName,
  spawnLogged,
  TELLING_LINES,
} from '../services/support/spawn-logged.js'
import { messageOf } from '../words/errors.js'
import { runnable } from './commands.js'
import { LaunchError, type LevelProcess, type UnexpectedExit } from './launcher.js'
import { endProcesses } from './lease/end-processes.js'
import type { LevelContext } from './level-context.js'
import { fillCommand } from './placeholders.js'

const STOP_SECONDS = 35
/** What descendants get that outlive their root process. */
const STRAGGLER_MS = 2_000

interface Started {
  readonly spec: ProcessSpec
  readonly name: string
  readonly process: LoggedProcess
}

/** The running processes of one boot. */
export class LevelProcesses {
  /** The first end that nobody asked for. */
  readonly died: Promise<UnexpectedExit>
  readonly #context: LevelContext
  readonly #started: Started[] = []
  #tellDied: (exit: UnexpectedExit) => void = () => {}
  #stopping: Promise<void> | null = null

  constructor(context: LevelContext) {
    this.#context = context
    this.died = new Promise((resolve) => {
      this.#tellDied = resolve
    })
  }

  /**
   * Starts all of them in the order declared.
   * @throws LaunchError when a command is not found; UserError for a wrong placeholder; the signal's reason.
   */
  async start(): Promise<void> {
    for (const spec of this.#context.level.processes) {
      const count = spec.count ?? 1
      for (let copy = 1; copy <= count; copy++) {
        this.#context.signal.throwIfAborted()
        await this.#startOne(spec, count === 1 ? spec.name : `${spec.name}-${copy}`)
      }
    }
  }

  list(): LevelProcess[] {
    return this.#started.map(({ spec, name, process }) => ({
      name,
      role: spec.role,
      pid: process.pid,
      ...(spec.elsewhere ? { elsewhere: true as const } : {}),
    }))
  }

  /** An end that has happened already, or null. */
  ended(): UnexpectedExit | null {
    for (const { name, process } of this.#started) {
      const exit = process.exit()
      if (exit) return { process: name, ...exit }
    }
    return null
  }

  /** The last lines of every log, the processes in their order, named where there are several. */
  lastLogLines(count: number): string[] {
    const share = Math.max(1, Math.ceil(count / Math.max(1, this.#started.length)))
    return this.#started
      .flatMap(({ name, process }) => {
        const lines = lastLines(process.logFile, share, process.logStart).map(this.#context.hide)
        return this.#started.length > 1 ? lines.map((line) => `${name}: ${line}`) : lines
      })
      .slice(-count)
  }

  /** What the logs say of a failure, with their names: of the named process, or of all. */
  lastWords(of?: string): string {
    const all = this.#started.filter(({ name }) => of === undefined || name === of)
    const lines = all.flatMap(({ process }) => lastLines(process.logFile, TELLING_LINES, process.logStart))
    const files = all.map(({ process }) => logName(process))
    return `${this.#context.hide(tellingText(lines))} (${files.join(', ')})`
  }

  /** Stops the last declared first, then ends whatever they have left behind. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  async #startOne(spec: ProcessSpec, name: string): Promise<void> {
    const context = this.#context
    const where = `${context.title}, process ${name}`
    const filled = fillCommand(spec, context.values, where)
    const process = await this.#spawn(filled, name, where)
    this.#started.push({ spec, name, process })
    void process.exited.then((exit) => {
      if (!this.#stopping) this.#tellDied({ process: name, ...exit })
    })
    await context.lease.ownProcess(process.pid, spec.stopSignal)
  }

  async #spawn(filled: ReturnType<typeof fillCommand>, name: string, where: string): Promise<LoggedProcess> {
    const { baseDir, cpus, logFile, mark, hide } = this.#context
    try {
      const { file, args, cwd, env } = runnable(filled, baseDir)
      return await spawnLogged({
        ...pinned({ command: file, args }, cpus),
        cwd,
        env: { ...env, ...mark },
        logFile: logFile(name),
      })
    } catch (error) {
      throw new LaunchError('boot', `${where}: ${hide(messageOf(error))}`, this.lastLogLines(20))
    }
  }

  async #stopAll(): Promise<void> {
    for (const spec of [...this.#context.level.processes].reverse()) {
      const copies = this.#started.filter((one) => one.spec === spec)
      await Promise.all(copies.map(({ process }) => stopOne(process, spec)))
    }
    await endProcesses({ marker: this.#context.marker }, STRAGGLER_MS)
    // Where a system shows no environments, the process group is all there is to go by.
    for (const { process } of this.#started) process.signalGroup('SIGKILL')
  }
}

async function stopOne(
  process: LoggedProcess,
  { stopSignal = 'SIGTERM', stopSeconds = STOP_SECONDS }: ProcessSpec,
): Promise<void> {
  process.signal(stopSignal)
  if (await exitWithin(process, stopSeconds * 1_000)) return
  process.signalGroup('SIGKILL')
  await process.exited
}
