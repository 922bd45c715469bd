import { type Block, type Cell, type Doc, noteText, sectionsIn, type TableBlock } from '../../markup/doc.js'
import { escapeMarkdown } from '../../markup/markdown.js'

/** A document for a pull request or a wiki: the answer and the remarks as a paragraph, the sections, the cautions. */
export function renderMarkdown(doc: Doc): string {
  if (doc.markdown !== undefined) return doc.markdown
  const { title, answer = '', remarks = [], about = '', findings = [], cautions = [] } = doc
  const parts = [
    `# ${escapeMarkdown(title.text)}`,
    [answer, ...remarks].map(escapeMarkdown).join('\n'),
    escapeMarkdown(about),
    bullets(findings),
    ...sectionsIn(doc, 'markdown').flatMap((section) => [
      section.title === undefined ? '' : `## ${escapeMarkdown(section.title)}`,
      section.lead === undefined ? '' : escapeMarkdown(section.lead),
      ...section.blocks.map(blockText),
    ]),
    ...cautions.map((text) => escapeMarkdown(noteText(text))),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'table':
      return markdownTable(block)
    case 'lines':
      return block.lines.map(({ text }) => escapeMarkdown(text)).join('\n\n')
    case 'list':
      return bullets(block.texts)
    case 'code':
      return ['```', ...block.lines, '```'].join('\n')
    case 'facts':
      return bullets(block.facts.map(([name, value]) => `${name}: ${value}`))
    case 'heading':
      return [`### ${escapeMarkdown(block.text)}`, ...(block.lead ? [escapeMarkdown(block.lead)] : [])].join(
        '\n\n',
      )
    case 'details':
      return [`### ${escapeMarkdown(block.summary)}`, ...block.blocks.map(blockText)].join('\n\n')
    case 'drawing':
      return ''
  }
}

function bullets(texts: readonly string[]): string {
  return texts.map((text) => `- ${escapeMarkdown(text)}`).join('\n')
}

/** Heads are words of ours, which need no escape. */
function markdownTable({ columns, rows }: TableBlock): string {
  const marks = columns.map(({ align }) => (align === 'right' ? '---:' : '---'))
  return [columns.map(({ head }) => head), marks, ...rows.map(({ cells }) => cells.map(cellText))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function cellText(cell: Cell): string {
  if (typeof cell === 'string') return escapeMarkdown(cell)
  const { text, sub = [], long = [], fix } = cell
  const below = [...sub, ...long, ...(fix ? [`to run it: ${fix}`] : [])].join('; ')
  return escapeMarkdown(below === '' || text === '' ? text + below : `${text} (${below})`)
}
