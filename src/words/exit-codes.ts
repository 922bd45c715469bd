/** Every exit code of the `rungs` command. Named here once; nothing else decides a number. */
export const ExitCode = {
  /** Done, and within the service level objectives. */
  Ok: 0,
  /** An SLO was missed, or the gate found a regression. */
  Missed: 1,
  /** Usage, configuration or environment: nothing could be measured. */
  Usage: 2,
  /** Measured, but the figures are not valid, or the verdict is inconclusive. */
  Invalid: 3,
  /** Stopped by SIGINT or SIGTERM; what had been measured is kept. */
  Interrupted: 130,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
