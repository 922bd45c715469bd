import type { Doc } from '../../markup/doc.js'
import { pageName } from '../../report/render/html.js'
import { renderText } from '../../report/render/text.js'
import { writeDoc } from '../../report/render/write-doc.js'
import { codeOf, UserError } from '../../words/errors.js'
import { shortPath } from '../../words/short-path.js'
import type { Invocation } from '../terminal/invocation.js'
import { makeResultsFolder } from './results-folder.js'

type Around = Pick<Invocation, 'output' | 'cwd'>

/** Prints a document, and writes its page into a folder, with its Markdown where that is wanted; gives the page's path. */
export async function tellWithPage(
  { output, cwd }: Around,
  doc: Doc,
  dir: string,
  { label = '', markdown = false }: { label?: string; markdown?: boolean } = {},
): Promise<string> {
  const page = await writePages(dir, doc, markdown)
  output.print(`${renderText(doc, { colour: output.colour })}\n`)
  output.print(`${label}${shortPath(page, cwd)}`)
  return page
}

/** Prints a document, and writes its page and its Markdown beside its result file. */
export async function tellBeside(
  { output, cwd }: Around,
  doc: Doc,
  dir: string,
  file: string,
): Promise<void> {
  const page = await writePages(dir, doc, true)
  output.print(renderText(doc, { colour: output.colour }))
  for (const each of [file, page]) output.print(shortPath(each, cwd))
}

/** @throws UserError where a page cannot be written */
async function writePages(dir: string, doc: Doc, markdown: boolean): Promise<string> {
  await makeResultsFolder(dir)
  try {
    const [page = ''] = await writeDoc(dir, doc, markdown ? ['html', 'markdown'] : ['html'])
    return page
  } catch (error) {
    throw new UserError(
      `${dir}: ${pageName(doc)} cannot be written there (${codeOf(error)}); name another folder with --out`,
    )
  }
}
