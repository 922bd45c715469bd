import { PROFILE_BASE } from '../model/plan/profile-base.js'
import type { RunSettings } from '../model/run/run.js'
import type { LatencySettings } from './latency-settings.js'

/** The open loop as a result file tells of it; null where only capacity is measured. */
export function latencyOf(settings: LatencySettings): RunSettings['latency'] {
  const { latency, profile, arrival, rate, share, sharePerLevel, maxConnections } = settings
  if (latency === 'off') return null
  const ofShare = rate === null && PROFILE_BASE[profile] === 'share'
  const load = { profile, arrival, rate, maxConnections }
  if (!ofShare) return { ...load, share: null }
  return { ...load, share, shareOf: sharePerLevel === 'on' ? 'own' : 'lowest' }
}
