import {
  type Block,
  type Cell,
  type Doc,
  type DocColumn,
  sectionsIn,
  type TableBlock,
  type Tone,
  type TonedCell,
} from '../../markup/doc.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { renderPage } from '../../markup/html-page.js'
import { factsList, table } from '../../markup/table.js'

/** The page's name: that of what made it. */
export function pageName({ command }: Pick<Doc, 'command'>): string {
  return `${command}.html`
}

/** A document as one HTML page that needs nothing else, not even scripts. The same document gives the same bytes. */
export function renderDocPage(doc: Doc): string {
  const [id, name] = doc.main
  return renderPage({
    title: doc.title.window,
    style: doc.style,
    skipTo: [id, `Skip to the ${name}`],
    header: headOf(doc),
    sections: sectionsIn(doc, 'html').map(({ id = '', title = '', lead = null, blocks }) => ({
      id,
      title,
      lead,
      body: renderBlocks(blocks),
    })),
    footer: `Made by rungs ${doc.version} from ${doc.source}; nothing in this page is fetched from anywhere.`,
  })
}

function headOf({ command, title, verdict, answer, remarks = [], ...doc }: Doc): Markup {
  const { meta = [], about, findings, cautions } = doc
  const wraps = title.wrap ? ' wrap' : ''
  const word = verdict === undefined ? null : html`<strong class="${verdict.tone}">${verdict.text}.</strong> `
  const parts: (Markup | null)[] = [
    html`<p class="brand">rungs ${command}</p>`,
    html`<h1${title.tone || title.wrap ? html` class="${title.tone ?? 'wrap'}"` : null}>${title.text}</h1>`,
    ...(answer === undefined
      ? []
      : [
          html`<p class="headline wrap">${word}${answer}</p>`,
          html`${remarks.map((text) => html`<p class="wrap">${text}</p>`)}`,
        ]),
    ...(meta.length === 0
      ? []
      : [html`<p class="meta${wraps}">${meta.map((text) => html`<span>${text}</span>`)}</p>`]),
    ...(about === undefined ? [] : [html`<p>${about}</p>`]),
    ...(findings === undefined
      ? []
      : [html`<ul class="findings">${findings.map((text) => html`<li class="wrap">${text}</li>`)}</ul>`]),
    ...(cautions === undefined ? [] : [cautionsList(cautions)]),
  ]
  return html`${parts.map((part, index) => html`${index === 0 ? '' : '\n'}${part}`)}`
}

function cautionsList(texts: readonly string[]): Markup | null {
  if (texts.length === 0) return null
  return html`<ul class="cautions" aria-label="Cautions">${texts.map((text) => html`<li class="wrap">${text}</li>`)}</ul>`
}

function renderBlocks(blocks: readonly Block[]): Markup {
  return html`${blocks.map(blockOf)}`
}

function blockOf(block: Block): Markup | null {
  switch (block.kind) {
    case 'table':
      return tableOf(block)
    case 'lines':
      return html`${block.lines.map(({ text }) => html`<p>${text}</p>`)}`
    case 'list':
      return block.plain
        ? html`<ul class="plain">${block.texts.map((text) => html`<li class="wrap">${text}</li>`)}</ul>`
        : html`<ul>\n${block.texts.map((text) => html`<li>${text}</li>\n`)}</ul>`
    case 'code':
      return html`<pre>${block.lines.join('\n')}</pre>`
    case 'facts':
      return factsList(block.facts)
    case 'heading':
      return html`<h3${block.class ? html` class="${block.class}"` : null}>${block.text}</h3>${block.lead ? html`<p class="lead">${block.lead}</p>` : null}`
    case 'details':
      return html`<details><summary>${block.summary}</summary>${renderBlocks(block.blocks)}</details>\n`
    case 'drawing':
      return block.drawing
  }
}

function tableOf({ columns, rows }: TableBlock): Markup {
  return table(
    columns.map(({ head }) => head),
    rows.map(({ cells }) => html`${cells.map((cell, index) => cellOf(cell, columns[index], index))}`),
    columns.flatMap(({ align }, index) => (align === 'right' ? [index] : [])),
  )
}

const CLASSES: Readonly<Record<Tone, string>> = {
  good: 'good',
  bad: 'bad',
  warn: 'warn',
  dim: 'sub',
  strong: 'big',
}
const STATES: Readonly<Partial<Record<Tone, string>>> = { good: 'yes', bad: 'no', warn: 'open' }

/** The first of a row names it. */
function cellOf(cell: Cell, column: DocColumn | undefined, index: number): Markup {
  const {
    tone,
    across,
    off,
    wrap: words,
    ...content
  }: TonedCell = typeof cell === 'string' ? { text: cell } : cell
  const { align, wrap, class: more, shows = 'text' } = column ?? {}
  const name = tone && ((shows === 'state' ? STATES[tone] : undefined) ?? CLASSES[tone])
  if (across !== undefined)
    return html`<td colspan="${across}" class="${name ?? 'wrap'}">${contentOf(content, undefined, shows)}</td>`
  const isOfCell = shows === 'cell' || shows === 'state'
  const classes = [
    align === 'right' && !words ? 'num' : null,
    wrap || words ? 'wrap' : null,
    off ? 'off' : null,
    more,
    isOfCell ? name : null,
  ]
  const given = classes.filter(Boolean).join(' ')
  const attribute = given === '' ? null : html` class="${given}"`
  const shown = contentOf(content, isOfCell ? undefined : name, shows)
  return index === 0 ? html`<th scope="row"${attribute}>${shown}</th>` : html`<td${attribute}>${shown}</td>`
}

function contentOf(
  { text, sub = [], long = [], fix, swatch }: TonedCell,
  name: string | undefined,
  shows: DocColumn['shows'],
): Markup {
  const toned =
    name === undefined
      ? text
      : shows === 'strong'
        ? html`<strong class="${name}">${text}</strong>`
        : html`<span class="${name}">${text}</span>`
  const below = [
    ...sub.map((each) => html`<span class="sub">${each}</span>`),
    ...long.map((each) => html`<span class="sub wrap">${each}</span>`),
  ]
  const command = fix ? html`<span class="sub">To run it: <code>${fix}</code></span>` : null
  return html`${swatch ? html`<span class="swatch ${swatch}"></span>` : null}${toned}${below}${command}`
}
