import { expect } from 'vitest'
import { send, until } from '../helpers/http-client.js'

const REQUESTS_OF_EACH = 2
/** Of a path whose answer no cache has. */
const PATH = '/api/users?limit=1'

/** How many wait for the table of the users. */
export const WAITING =
  "SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted AND relation = 'users'::regclass"

/** Locks the table of the users. */
export type LockUsers = () => Promise<{ waiting(): Promise<number>; unlock(): Promise<void> }>

/**
 * Requests wait for a lock in the database, which says when it has all of them; then the level is told to stop, and refuses
 * what is new; only then can they be answered, and all of them are. Gives what `stop` gives.
 */
export async function answersWhatIsInFlight<T>(
  { url, workers }: { url: string; workers: number },
  lockUsers: LockUsers,
  stop: () => Promise<T>,
): Promise<T> {
  const { waiting, unlock } = await lockUsers()
  const requests = REQUESTS_OF_EACH * workers
  const answered: string[] = []
  const all = Array.from({ length: requests }, () =>
    send(url, PATH)
      .then(({ status }) => String(status), String)
      .then((outcome) => answered.push(outcome)),
  )
  let stopped: Promise<T>
  try {
    await until(
      async () => ({ inFlight: await waiting(), answered }),
      (seen) => seen.inFlight === requests,
    )
    expect(answered).toEqual([])
    stopped = stop()
    await until(
      () =>
        // Node's cluster may keep a connection that it was handing over just then: neither answered nor closed.
        send(url, '/health', { withinMs: 1_000 }).then(
          ({ status }) => String(status),
          () => 'refused',
        ),
      (told) => told === 'refused',
    )
  } finally {
    await unlock()
  }
  await Promise.all(all)
  expect(answered).toEqual(all.map(() => '200'))
  return await stopped
}
