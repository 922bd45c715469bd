import { messageOf } from '../words/errors.js'
import type { LevelProcess } from './launcher.js'
import type { LevelContext } from './level-context.js'
import { runControl } from './level-controls.js'

const LINE = /^([a-z0-9][a-z0-9-]*) (web|queue|proxy|service) (\d+)$/

export interface Elsewhere {
  readonly processes: readonly LevelProcess[]
  readonly warnings: readonly string[]
}

/** The processes that do a level's work elsewhere, as its control `processes` names them; without it, none. */
export async function processesElsewhere(context: LevelContext): Promise<Elsewhere> {
  if (!context.level.controls?.processes) return { processes: [], warnings: [] }
  try {
    return { processes: parseProcesses(await runControl(context, 'processes')), warnings: [] }
  } catch (error) {
    context.signal.throwIfAborted()
    // It serves all the same; what it costs is not known.
    return { processes: [], warnings: [messageOf(error)] }
  }
}

/** Lines of name, role and pid; whatever else is printed is left out. */
export function parseProcesses(text: string): LevelProcess[] {
  return text.split('\n').flatMap((line) => {
    const [, name, role, pid] = LINE.exec(line.trim()) ?? []
    return name && role ? [{ name, role: role as LevelProcess['role'], pid: Number(pid) }] : []
  })
}
