import type { RateStage } from '../../model/plan/load-plan.js'
import type { ProfileName } from '../../model/plan/profile.js'
import { type OwnStages, PROFILE_BASE } from '../../model/plan/profile-base.js'

/** Whether a profile stays at one rate, which a service bears: every delay is its own, and silence at its end means that it is gone. */
export function isConstant({ profile }: { readonly profile: ProfileName }): boolean {
  return profile === 'steady' || profile === 'soak'
}

/** A piece of a profile's shape: its share of the duration, and its rates as multiples of the base. */
interface ShapePiece {
  readonly part: number
  readonly from: number
  readonly to: number
}

const hold = (part: number, multiple: number): ShapePiece => ({ part, from: multiple, to: multiple })

const RAMP_STEPS = 15

/**
 * The profiles' shapes. A base is what `PROFILE_BASE` says: of `steady` and `soak` a share of the capacity, of the
 * others the capacity itself, so that their multiples read as shares of it.
 */
const SHAPES: Readonly<Record<Exclude<ProfileName, 'stages'>, readonly ShapePiece[]>> = {
  steady: [hold(1, 1)],
  soak: [hold(1, 1)],
  // Steps, 10 % to 150 %, so that each rate is held long enough to be read.
  ramp: Array.from({ length: RAMP_STEPS }, (_, i) => hold(1 / RAMP_STEPS, (i + 1) / 10)),
  // Ten times the load at once, and half as much again as the service can serve, so that there is a queue to recover from.
  spike: [hold(0.3, 0.15), hold(0.2, 1.5), hold(0.5, 0.15)],
  // Up past the capacity in a line, held there, and back at once, so that the recovery has a beginning.
  stress: [hold(0.2, 0.5), { part: 0.3, from: 0.5, to: 1.5 }, hold(0.15, 1.5), hold(0.35, 0.5)],
}

/**
 * Arrivals per second that a profile's 100 % stands for: the given rate, else the capacity or the share of it. Null
 * where that needs a capacity and there is none.
 * @param capacity throughput of the closed loop; null where none was measured
 */
export function baseRate(
  profile: ProfileName,
  from: {
    readonly rate: number | null
    readonly share: number
    readonly capacity: number | null
    readonly own: OwnStages | null
  },
): number | null {
  if (profile === 'stages' && from.own?.of === 'rate') {
    return Math.max(...from.own.stages.flatMap(({ from, to }) => [from, to]))
  }
  if (from.rate !== null) return from.rate
  if (from.capacity === null || from.capacity <= 0) return null
  return PROFILE_BASE[profile] === 'share' ? from.capacity * from.share : from.capacity
}

/**
 * The arrival schedule of a profile. A user's own stages have a duration of their own.
 * @param rate of `baseRate`
 * @throws Error for the profile `stages` without any
 */
export function stagesOf(
  profile: ProfileName,
  { rate, durationSeconds, own }: { rate: number; durationSeconds: number; own?: OwnStages | null },
): RateStage[] {
  if (profile === 'stages') {
    if (!own) throw new Error('the profile stages needs stages')
    const base = own.of === 'rate' ? 1 : rate
    return own.stages.map(({ seconds, from, to }) => ({ seconds, from: from * base, to: to * base }))
  }
  return SHAPES[profile].map(({ part, from, to }) => ({
    seconds: part * durationSeconds,
    from: from * rate,
    to: to * rate,
  }))
}
