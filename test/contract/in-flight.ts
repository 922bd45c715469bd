import { expect } from 'vitest'
import { send, until } from '../helpers/http-client.js'

/** Alike many for each, or a proxy would put every question to those that have fewer. */
const REQUESTS_OF_EACH = 2
/** Of a path whose answer no cache has. */
const PATH = '/api/users?limit=1'

/** Locks the table of the users; gives what lets it go. */
export type LockUsers = () => Promise<() => Promise<void>>

/**
 * Requests that the database keeps waiting are seen in flight by the workers that have them; then the level is told to stop,
 * and refuses what is new; only then can they be answered, and all of them are. Gives what `stop` gives.
 */
export async function answersWhatIsInFlight<T>(
  { url, workers }: { url: string; workers: number },
  lockUsers: LockUsers,
  stop: () => Promise<T>,
): Promise<T> {
  const unlock = await lockUsers()
  const requests = REQUESTS_OF_EACH * workers
  const answered: string[] = []
  const all = Array.from({ length: requests }, () =>
    send(url, PATH, { withinMs: 60_000 })
      .then(({ status }) => String(status), String)
      .then((outcome) => answered.push(outcome)),
  )
  let stopped: Promise<T>
  try {
    const inFlight = new Map<string, number>()
    await until(
      async () => {
        const { json } = await send(url, '/health/worker')
        // Without the question itself.
        inFlight.set(json.worker_id, json.requests_in_flight - 1)
        return { inFlight: [...inFlight.values()].reduce((sum, count) => sum + count, 0), answered }
      },
      (seen) => seen.inFlight === requests,
      20_000,
    )
    expect(answered).toEqual([])
    stopped = stop()
    await until(
      () =>
        send(url, '/health').then(
          ({ status }) => String(status),
          () => 'refused',
        ),
      (told) => told === 'refused',
      20_000,
    )
  } finally {
    await unlock()
  }
  await Promise.all(all)
  expect(answered).toEqual(all.map(() => '200'))
  return await stopped
}
