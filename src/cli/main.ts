#!/usr/bin/env node
import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { ExitCode } from '../words/exit-codes.js'
import { addDeployCommands } from './grammar/deploy-commands.js'
import { addJudgingCommands } from './grammar/judging-commands.js'
import { addReadingCommands } from './grammar/reading-commands.js'
import { addRunCommands } from './grammar/run-commands.js'
import { addSearchCommands } from './grammar/search-commands.js'
import { addShellCommands } from './grammar/shell-commands.js'
import { printError, writeAll } from './terminal/output.js'

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string }

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
addReadingCommands(program)
addJudgingCommands(program)
addDeployCommands(program)
addShellCommands(program)

try {
  await program.parseAsync()
} catch (error) {
  // Commander has printed its own errors, and help or the version where those were asked for.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? ExitCode.Ok : ExitCode.Usage
  else {
    printError(error)
    process.exitCode = (error as { exitCode?: ExitCode }).exitCode ?? ExitCode.Usage
  }
}
