import { join } from 'node:path'
import type { Doc } from '../../markup/doc.js'
import { replaceFile } from '../../records/replace-file.js'
import { pageName, renderDocPage } from './html.js'
import { renderJunit } from './junit.js'
import { renderMarkdown } from './markdown.js'

/** Writes a document into a folder, in those of the formats that a document has: `html`, `markdown`, `junit`. Gives the paths. */
export async function writeDoc(dir: string, doc: Doc, formats: readonly string[]): Promise<string[]> {
  const all = [
    { format: 'html', name: pageName(doc), render: renderDocPage },
    { format: 'markdown', name: `${doc.command}.md`, render: renderMarkdown },
    { format: 'junit', name: `${doc.command}.junit.xml`, render: renderJunit },
  ]
  const files: string[] = []
  for (const { format, name, render } of all) {
    const text = formats.includes(format) ? render(doc) : null
    if (text !== null) files.push(await replaceFile(join(dir, name), text))
  }
  return files
}
