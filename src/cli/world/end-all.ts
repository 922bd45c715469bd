import type { OpenLease } from '../../launch/lease/lease.js'

/** Stops services and gives the lease back, whatever fails on the way; says what should have been gone already. */
export async function endAll(
  stopServices: () => Promise<void>,
  lease: OpenLease,
  warn: (text: string) => void,
): Promise<void> {
  try {
    await stopServices()
  } finally {
    for (const line of await lease.release()) warn(line)
  }
}
