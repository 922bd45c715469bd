import type {
  CalibratedFixture,
  Calibration,
  CalibrationMeasurement,
  PeerReading,
} from '../model/studies/calibration.js'
import type { Fixture, Schedule } from './fixtures.js'
import { PEERS, type Peer } from './peers.js'
import type { PlannedFixtures } from './plan.js'
import { medianOf } from './verdict.js'

export type CalibrationStep =
  | {
      readonly kind: 'measurement'
      readonly fixture: Fixture
      readonly schedule: Schedule
      readonly round: number
    }
  | { readonly kind: 'peer'; readonly fixture: Fixture; readonly peer: Peer }
  | { readonly kind: 'capacity' }

/** What a calibration has so far. */
export interface CalibrationParts {
  readonly readings: CalibrationMeasurement[]
  readonly peers: { fixture: string; reading: PeerReading }[]
}

/** Every step in its order: rounds over all measurements, so that none is of one moment alone; other tools; the capacity. */
export function calibrationSteps({
  entries,
  repeats,
  peerSeconds,
  hasCapacity,
}: PlannedFixtures): CalibrationStep[] {
  const once = entries.flatMap(({ fixture, schedules }) =>
    schedules.map((schedule) => ({ kind: 'measurement' as const, fixture, schedule })),
  )
  const peers = peerSeconds > 0 ? PEERS : []
  return [
    ...Array.from({ length: repeats }, (_, index) =>
      once.map((one) => ({ ...one, round: index + 1 })),
    ).flat(),
    ...entries.flatMap(({ fixture }) => peers.map((peer) => ({ kind: 'peer' as const, fixture, peer }))),
    ...(hasCapacity ? [{ kind: 'capacity' as const }] : []),
  ]
}

/** How many steps a record has behind it. */
export function stepsBehind({ readings = [], peers = [], capacity = [] }: Partial<Calibration>): number {
  return readings.length + peers.length + capacity.length
}

/** What the parts come to, fixture by fixture; of a fixture that was not measured yet, nothing. */
export function foldParts(
  { entries }: Pick<PlannedFixtures, 'entries'>,
  { readings, peers }: CalibrationParts,
): CalibratedFixture[] {
  const each = entries.reduce((sum, { schedules }) => sum + schedules.length, 0)
  let begin = 0
  return entries.flatMap(({ fixture, schedules }) => {
    const { name, title, tolerance, behaviour } = fixture
    const first = begin
    begin += schedules.length
    const measurements = schedules.flatMap((_, index) => {
      const repeats = readings.filter((_, at) => at % each === first + index)
      return repeats.length === 0 ? [] : [medianOf(repeats, tolerance)]
    })
    if (measurements.length === 0) return []
    const read = peers.filter((one) => one.fixture === name).map(({ reading }) => reading)
    const truth = behaviour.stall ? 'schedule' : 'server-clock'
    return [{ name, title, truth, tolerance, measurements, peers: read }]
  })
}
