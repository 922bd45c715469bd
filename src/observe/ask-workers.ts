import { getJson } from './get-json.js'
import { parseWorkerState } from './worker-link.js'

/** Most connections that are opened at once. */
const MOST_AT_ONCE = 64

/**
 * Ids of the workers that answer a level's `workerPath`, asked so often at once, each time on a connection of its own; a
 * question without a usable answer gives none.
 */
export async function askWorkers(url: string, times: number): Promise<string[]> {
  const target = new URL(url)
  const asked = Array.from({ length: Math.min(MOST_AT_ONCE, times) }, async () =>
    parseWorkerState(target.pathname, await getJson(target)),
  )
  const answers = await Promise.allSettled(asked)
  return answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []))
}
