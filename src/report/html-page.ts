import { createHash } from 'node:crypto'
import { html, type Markup, raw } from './html-escape.js'

export interface Section {
  readonly id: string
  readonly title: string
  readonly lead: string | null
  readonly body: Markup
}

export interface StaticPage {
  readonly title: string
  readonly style: string
  /** Where the link for keyboards leads: id and text. */
  readonly skipTo: readonly [id: string, text: string]
  /** Above the list of sections. */
  readonly header: Markup
  readonly sections: readonly Section[]
  readonly footer: string
}

/** One HTML document that needs nothing else, not even scripts. */
export function staticPage({ title, style, skipTo, header, sections, footer }: StaticPage): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'">
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
<nav aria-label="Sections"><ul>${sections.map(({ id, title: link }) => html`<li><a href="#${id}">${link}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(({ id, title: text, lead, body }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${text}</h2>${lead === null ? null : html`<p class="lead">${lead}</p>`}${body}</section>\n`)}
</main>
<footer>${footer}</footer>
</div>
</body>
</html>
`
  return page.text
}
