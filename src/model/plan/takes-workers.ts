import type { Level } from './level.js'

/** Whether a level runs with as many workers as it is told: it says so, or hands their number to a command. */
export function takesWorkers(level: Level): boolean {
  if (level.workers !== undefined) return level.workers === 'auto'
  return /\{workers\}|\bWORKERS\b/.test(JSON.stringify(level))
}
