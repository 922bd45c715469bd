import { createHash } from 'node:crypto'
import { html, jsonForScript, type Markup, raw } from './html-escape.js'

export interface Section {
  readonly id: string
  /** What the navigation says; the title, unless it is given. */
  readonly link?: string
  readonly title: string
  readonly lead: string | null
  readonly body: Markup
}

export interface Page {
  readonly title: string
  readonly style: string
  /** Where the link for keyboards leads: id and text. */
  readonly skipTo: readonly [id: string, text: string]
  /** Above the list of sections. */
  readonly header: Markup
  /** Between the list of sections and the first of them. */
  readonly before?: Markup
  readonly sections: readonly Section[]
  readonly footer: string
  /** Run at the end of the page, in their order; without them it is complete. */
  readonly scripts?: readonly string[]
  /** What they read, by the id of an element that holds it as JSON. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** One HTML document that needs nothing else: only its own style and scripts run, and nothing is loaded from anywhere. */
export function renderPage({
  title,
  style,
  skipTo,
  header,
  before,
  sections,
  footer,
  ...rest
}: Page): string {
  const { scripts = [], data = {} } = rest
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy(style, scripts))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#${skipTo[0]}">${skipTo[1]}</a>
<div class="page">
<header>
${header}
<nav aria-label="Sections"><ul>${sections.map(({ id, title: text, link = text }) => html`<li><a href="#${id}">${link}</a></li>`)}</ul></nav>
</header>
<main>
${before}${sections.map(({ id, title: text, lead, body }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${text}</h2>${lead === null ? null : html`<p class="lead">${lead}</p>`}${body}</section>\n`)}
</main>
<footer>${footer}</footer>
</div>
${Object.entries(data).map(([id, value]) => html`<script type="application/json" id="${id}">${raw(jsonForScript(value))}</script>\n`)}${scripts.map((script) => html`<script>${raw(script)}</script>\n`)}</body>
</html>
`
  return page.text
}

function policy(style: string, scripts: readonly string[]): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const runs = scripts.length === 0 ? '' : `script-src ${scripts.map(hash).join(' ')}; `
  return `default-src 'none'; ${runs}style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`
}
