import type { Command } from 'commander'
import { SETTING_NAMES } from '../../config/settings.js'
import { addCommand, handle, withSettings } from './command-line.js'

/** What can run here, and what runs there: `doctor`, `list`, `up` and `run`. */
export function addRunCommands(program: Command): void {
  const command = addCommand.bind(null, program)
  command('doctor', 'say what can run here, what is missing, and what was configured where', [
    'rungs doctor',
    'rungs doctor --fix',
  ])
    .option('--fix', 'run the commands that get what is missing')
    .action(handle(async (i) => (await import('../commands/doctor.js')).doctor(i)))

  command('list', 'levels and scenarios', ['rungs list', 'rungs list --json | jq .scenarios']).action(
    handle(async (i) => (await import('../commands/list.js')).list(i)),
  )

  withSettings(
    command('up', 'boot a level and keep it up until Ctrl-C', [
      'rungs up --level 2',
      'rungs up --level 1 --workers 4 --port 8080',
    ]),
    ['level', 'workers', 'workerCpus', 'database', 'backend'],
  )
    .option('--port <n>', 'port to listen on (default: a free one)')
    .action(handle(async (i) => (await import('../commands/up.js')).up(i)))

  withSettings(
    command('run', 'boot levels, load them, print a table, and keep the result', [
      'rungs run --level 0,1,2 --scenario simple,db-read',
      'rungs run --level 2 --duration 30 --repeats 5 --seed 42',
      'rungs run --target http://127.0.0.1:8080 --scenario ./mine.ts',
      'rungs run --level all --live',
      'rungs run --level 1 --workers 8 --worker-cpus 0.1   # 8 small cores on a small machine',
    ]),
    SETTING_NAMES,
  )
    .option('--live', 'serve a page on which the charts move while it measures, on this machine only')
    .action(handle(async (i) => (await import('../commands/run.js')).run(i)))
}
