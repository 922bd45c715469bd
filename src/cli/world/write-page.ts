import { join, relative } from 'node:path'
import type { Doc } from '../../markup/doc.js'
import { replaceFile } from '../../report/files/replace-file.js'
import { pageName, renderDocPage } from '../../report/render/html.js'
import { renderMarkdown } from '../../report/render/markdown.js'
import { renderText } from '../../report/render/text.js'
import { codeOf, UserError } from '../../words/errors.js'
import type { Invocation } from '../terminal/invocation.js'
import { makeResultsFolder } from './results-folder.js'

/** Prints a document, and writes its page into a folder, and its Markdown where that is wanted; gives the page's path. */
export async function tellWithPage(
  { output, cwd }: Pick<Invocation, 'output' | 'cwd'>,
  doc: Doc,
  dir: string,
  { label = '', markdown = false }: { label?: string; markdown?: boolean } = {},
): Promise<string> {
  const page = await writePage(dir, pageName(doc), renderDocPage(doc))
  if (markdown) await writePage(dir, `${doc.command}.md`, renderMarkdown(doc))
  output.print(`${renderText(doc, { colour: output.colour })}\n`)
  output.print(`${label}${shortPath(page, cwd)}`)
  return page
}

/** Prints a document, and writes its page and its Markdown beside its result file. */
export async function tellBeside(
  { output, cwd }: Pick<Invocation, 'output' | 'cwd'>,
  doc: Doc,
  dir: string,
  file: string,
): Promise<void> {
  await writePage(dir, `${doc.command}.md`, renderMarkdown(doc))
  const page = await writePage(dir, pageName(doc), renderDocPage(doc))
  output.print(renderText(doc, { colour: output.colour }))
  for (const each of [file, page]) output.print(shortPath(each, cwd))
}

/**
 * Writes a page into the results folder, in one step; gives its path.
 * @throws UserError where that cannot be
 */
export async function writePage(dir: string, name: string, text: string): Promise<string> {
  await makeResultsFolder(dir)
  try {
    return await replaceFile(join(dir, name), text)
  } catch (error) {
    throw new UserError(
      `${dir}: ${name} cannot be written there (${codeOf(error)}); name another folder with --out`,
    )
  }
}

/** Relative to the working folder, where it lies in it. */
export function shortPath(file: string, cwd: string): string {
  const path = relative(cwd, file)
  return path.startsWith('..') ? file : path
}
