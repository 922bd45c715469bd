import type { Command } from 'commander'
import { addGrouped, handle, withSettings } from './command-line.js'

/** What can run here, and what keeps it running: `doctor`, `list` and `up`. */
export function addOperatingCommands(program: Command): void {
  const command = addGrouped.bind(null, program)
  command('operate', 'doctor', 'say what can run here, what is missing, and what was configured where', [
    'rungs doctor',
    'rungs doctor --fix',
  ])
    .option('--fix', 'run the commands that get what is missing')
    .action(handle(async (i) => (await import('../commands/doctor.js')).doctor(i)))

  command('operate', 'list', 'levels and scenarios', [
    'rungs list',
    'rungs list --json | jq .scenarios',
  ]).action(handle(async (i) => (await import('../commands/list.js')).list(i)))

  withSettings(
    command('operate', 'up', 'boot a level and keep it up until Ctrl-C', [
      'rungs up --level 2',
      'rungs up --level 1 --workers 4 --port 8080',
    ]),
    ['level', 'workers', 'workerCpus', 'database', 'backend'],
  )
    .option('--port <n>', 'port to listen on (default: a free one)')
    .action(handle(async (i) => (await import('../commands/up.js')).up(i)))
}
