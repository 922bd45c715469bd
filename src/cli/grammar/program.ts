import { Command } from 'commander'
import { writeAll } from '../terminal/output.js'
import { heading } from './command-line.js'
import { addDeployCommands } from './deploy-commands.js'
import { addJudgingCommands } from './judging-commands.js'
import { addLadderCommand } from './ladder-command.js'
import { addOperatingCommands } from './operating-commands.js'
import { addReadingCommands } from './reading-commands.js'
import { addRunCommands } from './run-commands.js'
import { addShellCommands } from './shell-commands.js'
import { addStudy, STUDIES, type StudyEntry } from './studies.js'

/**
 * The whole command line: every command with its flags, and what it calls.
 * @param further studies beside rungs' own
 */
export function makeProgram(version: string, further: readonly StudyEntry[] = []): Command {
  const program = new Command('rungs')
    .description(
      'Boots a web service at each rung of its scaling ladder, loads it, and says with evidence how much each rung gives.',
    )
    .version(version)
    .option('--json', 'one JSON document on stdout, everything else on stderr')
    .option('--quiet', 'no progress')
    .option('--config <file>', 'configuration file (default: rungs.config.{ts,js,mjs,json} in this folder)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => writeAll(1, text),
      writeErr: (text) => writeAll(2, text),
      outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, ' ')}\n`),
    })
    .exitOverride()

  addRunCommands(program)
  addLadderCommand(program)
  for (const study of [...STUDIES, ...further]) addStudy(program, study)
  addJudgingCommands(program)
  addReadingCommands(program, further)
  addOperatingCommands(program)
  addDeployCommands(program)
  addShellCommands(program)
  program.commandsGroup(heading('shell')).helpCommand(true)
  return program
}
