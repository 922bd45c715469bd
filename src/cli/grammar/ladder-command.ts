import type { Command } from 'commander'
import { LADDER_SETTINGS } from '../../config/commands/ladder.js'
import {
  LADDER_DEFAULTS,
  LADDER_SCENARIOS,
  settingsWithout,
  UNUSED_BY_LADDER,
} from '../plan/search-settings.js'
import { addGrouped, handle, resumeHelp, withOwn, withSettings } from './command-line.js'

/** `ladder`, which leaves a run and what it concludes of it. */
export function addLadderCommand(program: Command): void {
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
    LADDER_SETTINGS,
  )
    .option('--from <dir>', 'tell again what an earlier ladder has written there; nothing is measured')
    .option('--resume [dir]', resumeHelp('ladder'))
    .action(handle(async (i) => (await import('../commands/ladder.js')).ladder(i)))
}
