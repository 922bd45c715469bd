import type { Run } from '../../src/model/run/run.js'
import type { Series, Timeline } from '../../src/model/run/timeline.js'
import { makeRun, seeded } from './run-fixture.js'

export interface FullRunSpec {
  id?: string
  levels: number
  scenarios: number
  repeats: number
  seconds: number
  profile?: 'steady' | 'soak'
}

const NAMES = ['simple', 'db-read', 'db-write', 'auth-login', 'auth-me', 'report', 'mixed', 'tasks']

/**
 * A run whose cells are as full as those of a real one: the second-by-second series that rungs takes of a service with
 * two workers, a proxy, a queue, Postgres and Redis, with the digits that measured figures have.
 */
export function fullRun({ id, levels, scenarios, repeats, seconds, profile = 'steady' }: FullRunSpec): Run {
  const cells = Array.from({ length: repeats * levels * scenarios }, (_, index) => {
    const [place, rest] = [index % scenarios, Math.floor(index / scenarios)]
    const level = rest % levels
    return {
      level: String(level),
      scenario: NAMES[place] ?? `scenario ${place + 1}`,
      repeat: 1 + Math.floor(rest / levels),
      throughput: (1 + level) * (400 + 100 * place) * (1 + 0.01 * (index % 7)),
      latency: { profile },
      timeline: fullTimeline(seconds, index + 1),
      shares: [Math.round(seconds * 270), Math.round(seconds * 281)],
    }
  })
  return makeRun({ ...(id === undefined ? {} : { id }), durationSeconds: seconds, cells })
}

/** What a level with everything shows, one sample a second. */
function fullTimeline(seconds: number, seed: number): Timeline {
  const random = seeded(seed)
  const atSeconds = Array.from({ length: seconds }, (_, second) => second + 0.4 + 0.2 * random())
  const series = (of: string, what: Series['what'], middle: number): Series => ({
    of,
    what,
    values: atSeconds.map(() => middle * (0.7 + 0.6 * random())),
  })
  const trees = [
    'app',
    'nginx',
    'queue',
    'postgres',
    'redis',
    ...processes('app', 3),
    ...processes('postgres', 12),
  ]
  const workers = ['worker 4242', 'worker 4243']
  return {
    atSeconds,
    series: [
      ...trees.flatMap((of, place) => [
        series(of, 'rss', 90_000_000 + 1_000_000 * place),
        series(of, 'threads', 11),
        series(of, 'cpu', 0.9 / (1 + place)),
      ]),
      ...(['load', 'busy', 'steal'] as const).map((what, place) =>
        series('machine', what, [2, 0.8, 0.01][place] ?? 0),
      ),
      ...workers.flatMap((of) => [
        series(of, 'loop-delay-p99', 12_345.678),
        series(of, 'db-pool-used', 7),
        series(of, 'db-pool-waiting', 3),
        series(of, 'requests', 731),
        series(of, 'loop-utilisation', 0.87),
        series(of, 'gc', 0.03),
      ]),
      series('postgres', 'db-connections', 21),
      series('postgres (active)', 'db-connections', 6),
      ...(['queue-waiting', 'queue-active', 'queue-delayed', 'queue-enqueued', 'queue-done'] as const).map(
        (what) => series('queue', what, 140),
      ),
    ],
  }
}

function processes(of: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${of}/${31_900 + index}`)
}
