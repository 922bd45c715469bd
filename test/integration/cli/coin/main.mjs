import { makeProgram } from '../../../../dist/src/cli/grammar/program.js'
import { printError } from '../../../../dist/src/cli/terminal/output.js'
import { coin } from './coin.mjs'

// The one line that registers it: makeProgram's list of further studies.
await makeProgram('0.0.0', [coin])
  .parseAsync()
  .catch((error) => {
    printError(error)
    process.exitCode = 2
  })
