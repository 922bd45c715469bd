import type { Command } from 'commander'
import {
  LADDER_DEFAULTS,
  LADDER_SCENARIOS,
  settingsWithout,
  TUNE_DEFAULTS,
  UNUSED_BY_CAPACITY,
  UNUSED_BY_LADDER,
  UNUSED_BY_TUNE,
} from '../plan/search-settings.js'
import { addGrouped, handle, resumeHelp, withOwn, withSettings } from './command-line.js'

/** What plans its own measurements: `ladder`, `capacity` and `tune`. */
export function addSearchCommands(program: Command): void {
  const command = addGrouped.bind(null, program)
  withOwn(
    withSettings(
      command(
        'measure',
        'ladder',
        'measure every level under the same load, and judge what is claimed of them',
        [
          'rungs ladder',
          'rungs ladder --level 0,1,2 --scenario simple --workers 1,2,4,8',
          'rungs ladder --from reports/2026-01-31T09-05-07-ladder   # its table and page again',
        ],
      ),
      settingsWithout(UNUSED_BY_LADDER),
      {
        level: 'all: your own, or the built-in ones when you declare none',
        scenario: `your own, or ${LADDER_SCENARIOS}`,
        duration: String(LADDER_DEFAULTS.durationSeconds),
        warmup: String(LADDER_DEFAULTS.warmupSeconds),
        repeats: String(LADDER_DEFAULTS.repeats),
        share: `${100 * LADDER_DEFAULTS.share}%, of the lowest level: one rate for all`,
        workerCpus: 'auto: where there are fewer cores than workers and generators',
      },
    ),
    'ladder',
  )
    .option('--from <dir>', 'tell again what an earlier ladder has written there; nothing is measured')
    .option('--resume [dir]', resumeHelp('ladder'))
    .action(handle(async (i) => (await import('../commands/ladder.js')).ladder(i)))

  withOwn(
    withSettings(
      command('measure', 'capacity', 'find the highest arrival rate at which the objectives hold', [
        "rungs capacity --level 2 --scenario simple --slo 'p99<200ms,errors<0.1%'",
        "rungs capacity --target http://127.0.0.1:8080 --scenario ./mine.ts --slo 'p95<50ms' --arrival poisson",
      ]),
      settingsWithout(UNUSED_BY_CAPACITY),
      { scenario: 'the first of your own, or simple', duration: 'the least that a probe lasts: 10 s' },
    ),
    'capacity',
  )
    .option('--resume [dir]', resumeHelp('search'))
    .action(handle(async (i) => (await import('../commands/capacity.js')).capacity(i)))

  withOwn(
    withSettings(
      command('measure', 'tune', 'find how many workers, and database connections, give the most', [
        'rungs tune --level 1 --scenario db-read',
        'rungs tune --level 2 --scenario simple --workers 1,2,3,5 --pools 8,16 --budget 10m',
        'rungs tune --level 5 --pool-env POOL_SIZE     # a level of your own',
      ]),
      settingsWithout(UNUSED_BY_TUNE),
      {
        scenario: 'the first of your own, or simple',
        duration: `${TUNE_DEFAULTS.durationSeconds} s for each measurement of the first round; later rounds are longer`,
        warmup: `${TUNE_DEFAULTS.warmupSeconds} s`,
      },
    ),
    'tune',
  )
    .option('--resume [dir]', resumeHelp('tuning'))
    .action(handle(async (i) => (await import('../commands/tune.js')).tune(i)))
}
