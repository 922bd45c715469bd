import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { schemaFiles } from './schema-files.js'

// node dist/src/config/write-schemas.js, in the repository's folder: writes schemas/*.json anew.
await mkdir('schemas', { recursive: true })
for (const [name, text] of Object.entries(schemaFiles())) await writeFile(join('schemas', name), text)
