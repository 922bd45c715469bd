import type { Command } from 'commander'
import { SETTING_NAMES } from '../../config/settings.js'
import { addGrouped, handle, resumeHelp, withSettings } from './command-line.js'

/** What everything else is about: `run`. */
export function addRunCommands(program: Command): void {
  const command = addGrouped.bind(null, program)
  withSettings(
    command('measure', 'run', 'boot levels, load them, print a table, and keep the result', [
      'rungs run --level 0,1,2 --scenario simple,db-read',
      'rungs run --level 2 --duration 30 --repeats 5 --seed 42',
      'rungs run --target http://127.0.0.1:8080 --scenario ./mine.ts',
      'rungs run --level all --live',
      'rungs run --level 1 --workers 8 --worker-cpus 0.1   # 8 small cores on a small machine',
    ]),
    SETTING_NAMES,
  )
    .option('--live', 'serve a page on which the charts move while it measures, on this machine only')
    .option('--resume [dir]', resumeHelp('run'))
    .action(handle(async (i) => (await import('../commands/run.js')).run(i)))
}
