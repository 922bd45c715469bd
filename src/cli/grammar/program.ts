import { Command } from 'commander'
import { writeAll } from '../terminal/output.js'
import { heading } from './command-line.js'
import { addDeployCommands } from './deploy-commands.js'
import { addJudgingCommands } from './judging-commands.js'
import { addOperatingCommands } from './operating-commands.js'
import { addReadingCommands } from './reading-commands.js'
import { addRunCommands } from './run-commands.js'
import { addSearchCommands } from './search-commands.js'
import { addShellCommands } from './shell-commands.js'

/** The whole command line: every command with its flags, and what it calls. */
export function makeProgram(version: string): Command {
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
  addSearchCommands(program)
  addJudgingCommands(program)
  addReadingCommands(program)
  addOperatingCommands(program)
  addDeployCommands(program)
  addShellCommands(program)
  program.commandsGroup(heading('shell')).helpCommand(true)
  return program
}
