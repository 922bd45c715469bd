/** Which figure of a ladder a claim is about. */
export type ClaimFigure =
  /** Capacity with so many workers ÷ that of one. */
  | { readonly kind: 'speed-up'; readonly level: number; readonly workers: number; readonly scenario: string }
  /** Of the worker count that serves most, unless one is named; requests per second. */
  | {
      readonly kind: 'capacity'
      readonly level: number
      readonly workers?: number
      readonly scenario: string
    }
  /** p99 in ms at the rate that all levels were measured at. */
  | { readonly kind: 'answer'; readonly level: number; readonly scenario: string }
  /** Capacity of the most nodes ÷ (nodes × the capacity of one worker of the level `of`). */
  | { readonly kind: 'share'; readonly level: number; readonly of: number; readonly scenario: string }
  /** Requests of the busiest worker ÷ those of a mean one, with most workers. */
  | { readonly kind: 'skew'; readonly level: number; readonly scenario: string }
  /** Tasks that the queue held at once. */
  | { readonly kind: 'queued'; readonly level: number; readonly scenario: string }

/** What somebody says of a level, as a bound of a figure. */
export interface Claim {
  readonly text: string
  readonly figure: ClaimFigure
  readonly bound: { readonly atLeast: number } | { readonly atMost: number }
  /** Cores that the claim is made of; absent where any will do. */
  readonly cores?: number
}

const SPEED_UPS = [
  { name: 'simple', scenario: 'simple', at: { 4: 3.5, 8: 6.5 } },
  { name: 'database', scenario: 'db-read', at: { 4: 3.6, 8: 6.4 } },
  { name: 'auth', scenario: 'auth-me', at: { 4: 3.7, 8: 6.7 } },
] as const

const ONE_WORKER = [
  { name: 'simple', scenario: 'simple', rate: 1_000 },
  { name: 'database', scenario: 'db-read', rate: 500 },
  { name: 'auth', scenario: 'auth-me', rate: 300 },
] as const

/** A node or worker that serves so many times what a mean one does is served evenly still. */
const EVEN = 1.2

/** The figures that the scaling guides name, of a service of theirs on 8 cores. */
export const CLAIMS: readonly Claim[] = [
  ...ONE_WORKER.map(
    ({ name, scenario, rate }): Claim => ({
      text: `one worker serves ${rate.toLocaleString('en')} ${name} requests/s`,
      figure: { kind: 'capacity', level: 0, workers: 1, scenario },
      bound: { atLeast: rate },
    }),
  ),
  ...SPEED_UPS.flatMap(({ name, scenario, at }) =>
    ([4, 8] as const).map(
      (workers): Claim => ({
        text: `${workers} workers serve ${at[workers]}× as many ${name} requests as one`,
        figure: { kind: 'speed-up', level: 1, workers, scenario },
        bound: { atLeast: at[workers] },
        cores: workers,
      }),
    ),
  ),
  ...(
    [
      [1, 10_000],
      [2, 50_000],
      [4, 100_000],
    ] as const
  ).map(
    ([level, rate]): Claim => ({
      text: `level ${level} serves ${rate.toLocaleString('en')} requests/s on 8 cores`,
      figure: { kind: 'capacity', level, scenario: 'simple' },
      bound: { atLeast: rate },
      cores: 8,
    }),
  ),
  {
    text: 'level 3 accepts 1,000 tasks/s',
    figure: { kind: 'capacity', level: 3, scenario: 'tasks' },
    bound: { atLeast: 1_000 },
  },
  {
    text: 'level 3 answers an enqueue within 100 ms (p99)',
    figure: { kind: 'answer', level: 3, scenario: 'tasks' },
    bound: { atMost: 100 },
  },
  {
    text: 'level 3 holds 1,000 tasks at once',
    figure: { kind: 'queued', level: 3, scenario: 'tasks' },
    bound: { atLeast: 1_000 },
  },
  {
    text: 'level 4 serves 90 % of nodes × level 2',
    figure: { kind: 'share', level: 4, of: 2, scenario: 'simple' },
    bound: { atLeast: 0.9 },
  },
  {
    text: 'level 4 spreads requests evenly over its nodes',
    figure: { kind: 'skew', level: 4, scenario: 'simple' },
    bound: { atMost: EVEN },
  },
  {
    text: 'level 2 spreads requests evenly over its workers',
    figure: { kind: 'skew', level: 2, scenario: 'simple' },
    bound: { atMost: EVEN },
  },
]
