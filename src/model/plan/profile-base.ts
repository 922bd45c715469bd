import type { ProfileName } from './profile.js'

/**
 * What a profile's 100 % stands for: `share` is `--rate`, or `--share` of the capacity that was measured just before;
 * `capacity` is `--rate`, or that capacity itself, since such a profile is to go past it.
 */
export const PROFILE_BASE = {
  steady: 'share',
  soak: 'share',
  ramp: 'capacity',
  spike: 'capacity',
  stress: 'capacity',
  stages: 'capacity',
} as const satisfies Readonly<Record<ProfileName, 'share' | 'capacity'>>

export const PROFILE_NAMES = Object.keys(PROFILE_BASE) as ProfileName[]

/** A user's own stages: rates per second as they are, or (`capacity`) as multiples of the profile's base. */
export interface OwnStages {
  readonly of: 'rate' | 'capacity'
  readonly stages: readonly { readonly seconds: number; readonly from: number; readonly to: number }[]
}
