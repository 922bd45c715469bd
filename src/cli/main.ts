#!/usr/bin/env node
import { createRequire } from 'node:module'
import { CommanderError } from 'commander'
import { ExitCode } from '../words/exit-codes.js'
import { makeProgram } from './grammar/program.js'
import { printError } from './terminal/output.js'

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string }

const program = makeProgram(version)

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
