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
import { addGrouped, addToList, handle, resumeHelp, withSettings } from './command-line.js'

/** What plans its own measurements: `ladder`, `capacity` and `tune`. */
export function addSearchCommands(program: Command): void {
  const command = addGrouped.bind(null, program)
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
  )
    .option(
      '--workers <LIST>',
      'numbers of workers to run each level with; auto: as it says (default: 1,auto)',
      addToList,
    )
    .option('--from <dir>', 'tell again what an earlier ladder has written there; nothing is measured')
    .option('--resume [dir]', resumeHelp('ladder'))
    .action(handle(async (i) => (await import('../commands/ladder.js')).ladder(i)))

  withSettings(
    command('measure', 'capacity', 'find the highest arrival rate at which the objectives hold', [
      "rungs capacity --level 2 --scenario simple --slo 'p99<200ms,errors<0.1%'",
      "rungs capacity --target http://127.0.0.1:8080 --scenario ./mine.ts --slo 'p95<50ms' --arrival poisson",
    ]),
    settingsWithout(UNUSED_BY_CAPACITY),
    { scenario: 'the first of your own, or simple', duration: 'the least that a probe lasts: 10 s' },
  )
    .option('--start <rate>', 'the first rate (default: 70 % of what the warm-up was served)')
    .option('--lowest <rate>', 'below it the service is doomed (default: what can be judged within 120 s)')
    .option('--highest <rate>', 'no higher rate is tried (default: 1000000)')
    .option('--resolution <share>', 'how closely it is searched (default: 3%)')
    .option('--probes <N>', 'the most probes (default: 16)')
    .option('--resume [dir]', resumeHelp('search'))
    .action(handle(async (i) => (await import('../commands/capacity.js')).capacity(i)))

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
  )
    .option('--workers <list>', 'workers to try (default: 1, c, 1.5 c, 2 c, 2 c + 1 and 3 c for c cores)')
    .option(
      '--pools <list>',
      'database connections a worker to try (default: the formula, its half and its double)',
    )
    .option('--pool-env <name>', 'the variable that sets them (default: what the level names, if it does)')
    .option(
      '--pool-budget <N>',
      `connections of all workers together, by which the formula goes (default: ${TUNE_DEFAULTS.poolBudget})`,
    )
    .option('--budget <time>', 'begin nothing that would end later, such as 10m')
    .option(
      '--finalists <N>',
      `how many go to the final comparison with the formula (default: ${TUNE_DEFAULTS.finalists})`,
    )
    .option(
      '--pairs <N>',
      `pairs of each in the final comparison, 6 or more (default: ${TUNE_DEFAULTS.pairs})`,
    )
    .option('--resume [dir]', resumeHelp('tuning'))
    .action(handle(async (i) => (await import('../commands/tune.js')).tune(i)))
}
