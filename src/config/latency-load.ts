import { PROFILE_BASE } from '../model/profile-base.js'
import type { RunSettings } from '../model/run.js'
import type { LatencySettings } from './latency-settings.js'

/** The open loop as a result file tells of it; null where only capacity is measured. */
export function latencyOf(settings: LatencySettings): RunSettings['latency'] {
  const { latency, profile, arrival, rate, share, maxConnections } = settings
  if (latency === 'off') return null
  const ofShare = rate === null && PROFILE_BASE[profile] === 'share'
  return { profile, arrival, rate, share: ofShare ? share : null, maxConnections }
}
