import type { Arrival } from '../model/plan/load-plan.js'
import type { ProfileName } from '../model/plan/profile.js'
import { type OwnStages, PROFILE_NAMES } from '../model/plan/profile-base.js'
import type { Slo } from '../model/plan/slo.js'
import { ratePerSecond, share, showShare, showStages, sloRules, stages } from './load-parsers.js'
import { oneOf, wholeNumber } from './parsers.js'
import type { Setting } from './setting.js'

/** The settings of the open loop and of what it must hold. */
export interface LatencySettings {
  /** Off: only capacity is measured. */
  readonly latency: 'on' | 'off'
  readonly profile: ProfileName
  /** Arrivals per second; null: a share of the measured capacity, or that capacity itself, as the profile needs it. */
  readonly rate: number | null
  /** Of the measured capacity, 0 to 1; without meaning where a rate is set or the profile starts from the capacity. */
  readonly share: number
  /** On: of each level's own capacity; off: of the lowest, so that the latencies of levels compare. */
  readonly sharePerLevel: 'on' | 'off'
  /** A user's own; null but for the profile `stages`. */
  readonly stages: OwnStages | null
  readonly arrival: Arrival
  readonly maxConnections: number
  /** Of flag, environment and file together: a nearer one's rules replace a farther one's for the same metric. */
  readonly slo: readonly Slo[]
}

type LatencyTable = { readonly [Name in keyof LatencySettings]: Setting<LatencySettings[Name]> }

export const LATENCY_SETTINGS: LatencyTable = {
  latency: {
    flag: '--latency',
    placeholder: 'on|off',
    help: 'measure latency at a fixed rate after the capacity; off is quicker',
    env: ['RUNGS_LATENCY', 'LATENCY'],
    key: 'latency',
    parse: oneOf(['on', 'off']),
    default: 'on',
    show: String,
  },
  profile: {
    flag: '--profile',
    placeholder: 'NAME',
    help: `shape of the load that latency is measured under: ${PROFILE_NAMES.join(', ')}`,
    env: ['RUNGS_PROFILE', 'PROFILE'],
    key: 'profile',
    parse: oneOf(PROFILE_NAMES),
    default: 'steady',
    show: String,
  },
  rate: {
    flag: '--rate',
    placeholder: 'N',
    help: 'requests per second of that load, instead of a share of the capacity',
    env: ['RUNGS_RATE', 'RATE'],
    key: 'rate',
    parse: ratePerSecond,
    default: null,
    defaultInWords: 'as --share and the profile say',
    show: (value) => (value === null ? 'as --share and the profile say' : `${value}/s`),
  },
  share: {
    flag: '--share',
    placeholder: 'SHARE',
    help: 'share of the measured capacity that steady and soak load with',
    env: ['RUNGS_SHARE', 'SHARE'],
    key: 'share',
    parse: share,
    default: 0.6,
    defaultInWords: '60%',
    show: showShare,
  },
  sharePerLevel: {
    flag: '--share-per-level',
    placeholder: 'on|off',
    help: 'take that share of the own capacity of each level; off: of the lowest, one rate for all, so that latencies compare',
    env: ['RUNGS_SHARE_PER_LEVEL', 'SHARE_PER_LEVEL'],
    key: 'sharePerLevel',
    parse: oneOf(['on', 'off']),
    default: 'off',
    show: String,
  },
  stages: {
    flag: '--stages',
    placeholder: 'LIST',
    help: 'a profile of your own: time and requests per second (or % of the capacity), such as 10s:100,5s:100-500',
    env: ['RUNGS_STAGES', 'STAGES'],
    key: 'stages',
    parse: stages,
    default: null,
    defaultInWords: "none: the profile's own",
    show: (value) => (value === null ? "the profile's own" : showStages(value)),
  },
  arrival: {
    flag: '--arrival',
    placeholder: 'uniform|poisson',
    help: 'requests spaced evenly, or at random as independent users would send them',
    env: ['RUNGS_ARRIVAL', 'ARRIVAL'],
    key: 'arrival',
    parse: oneOf(['uniform', 'poisson']),
    default: 'uniform',
    show: String,
  },
  maxConnections: {
    flag: '--max-connections',
    placeholder: 'N',
    help: 'connections that may be open at once while latency is measured',
    env: ['RUNGS_MAX_CONNECTIONS', 'MAX_CONNECTIONS'],
    key: 'maxConnections',
    parse: wholeNumber({ min: 1, max: 10_000, example: 256 }),
    default: 256,
    show: String,
  },
  slo: {
    flag: '--slo',
    placeholder: 'RULES',
    help: 'what must hold, or the run exits with 1, such as p99<500ms,errors<0.1%,throughput>1000/s',
    env: ['RUNGS_SLO', 'SLO'],
    key: 'slo',
    parse: sloRules,
    default: [],
    defaultInWords: "the scenario's own, else the KPIs, which are only shown",
    show: (value) => value.map(({ rule }) => rule).join(',') || "the scenario's own, else the KPIs",
  },
}
