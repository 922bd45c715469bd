import { writeFile } from 'node:fs/promises'
import { commandsDoc } from './commands-doc.js'
import { makeProgram } from './program.js'

// node dist/src/cli/grammar/write-commands.js, in the repository's folder: writes docs/commands.md anew.
await writeFile('docs/commands.md', commandsDoc(makeProgram('')))
