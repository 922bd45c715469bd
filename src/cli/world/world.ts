import { launchLevel } from '../../launch/launch-level.js'
import { type OpenLease, openLease } from '../../launch/lease/lease.js'
import { startService } from '../../services/providers.js'
import type { Invocation } from '../terminal/invocation.js'
import { type BootChoices, LevelBoots } from './boot.js'
import { listenForInterrupt } from './interrupt.js'
import { sweepFirst } from './sweep-first.js'

/** What a command holds while it boots and loads services; whatever ends it, nothing of it is left. */
export interface World {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP, with an `Interruption`. */
  readonly signal: AbortSignal
  readonly lease: OpenLease
  /** How levels boot. The services beside them start with the first level that asks, and stay up for all others. */
  boots(choices: BootChoices): LevelBoots['boot']
}

/**
 * Sweeps up after earlier calls, then works under a lease until the work is done or a signal calls it off. Services and
 * lease end in either case; what should have been gone already is told.
 * @param onSignal told the name of the first signal
 * @throws Interruption where a signal ended the work before it had a result
 */
export async function inWorld<Result>(
  { env, output }: Pick<Invocation, 'env' | 'output'>,
  onSignal: (name: string) => void,
  work: (world: World) => Promise<Result>,
): Promise<Result> {
  await sweepFirst({ env, output })
  const interrupt = listenForInterrupt(onSignal)
  const begun: LevelBoots[] = []
  try {
    const lease = await openLease({ env })
    try {
      return await work({
        signal: interrupt.signal,
        lease,
        boots(choices) {
          const boots = new LevelBoots({ launch: launchLevel, startService, lease, env, ...choices })
          begun.push(boots)
          return boots.boot
        },
      })
    } finally {
      try {
        await Promise.all(begun.map((boots) => boots.stopServices()))
      } finally {
        for (const line of await lease.release()) output.warn(line)
      }
    }
  } finally {
    interrupt.dispose()
  }
}
