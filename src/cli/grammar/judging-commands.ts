import type { Command } from 'commander'
import { COMMAND_TABLES } from '../../config/commands/tables.js'
import { USED_BY_GATE } from '../plan/search-settings.js'
import { addGrouped, handle, withOwn, withSettings } from './command-line.js'

/** Whether a change holds, and since when: `gate` and `history`. */
export function addJudgingCommands(program: Command): void {
  const command = addGrouped.bind(null, program)
  withOwn(
    withSettings(
      command('measure', 'gate', 'say whether the head is slower than the base: both at once, exit 1 if so', [
        'rungs gate --base main',
        'rungs gate --base v1.4.0 --scenario simple,db-read --budget 10m --threshold 3%',
        'rungs gate --base http://127.0.0.1:8080 --head http://127.0.0.1:8081 --scenario ./mine.ts',
        'rungs gate --base main --measure-identical   # once: does it cry wolf on this machine?',
        '',
        'Level and scenarios are declared by the configuration in the folder of the head (of this folder where the head is no',
        'folder), for base and head alike: the base is started by the same commands, in the same environment, in its own folder.',
      ]),
      USED_BY_GATE,
      { scenario: 'the first of your own, or simple' },
    ),
    COMMAND_TABLES.gate,
  )
    .option(
      '--resume [dir]',
      'go on with a gate that was interrupted or ran out of budget (default: the last one)',
    )
    .action(handle(async (i) => (await import('../commands/gate.js')).gate(i)))

  withSettings(
    command(
      'read',
      'history',
      'draw what rungs gate --record has kept, with the points at which it changed',
      ['rungs history', 'rungs history perf/v1.2.0.jsonl'],
    ),
    ['out'],
  )
    .argument('[files...]', 'series files (default: those in history/ of the folder that --out names)')
    .action(handle(async (i) => (await import('../commands/history.js')).history(i)))
}
