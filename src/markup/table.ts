import * as format from '../words/format.js'
import { html, type Markup } from './html-escape.js'

export function number(value: number): Markup {
  return html`<td class="num">${format.integer(value)}</td>`
}

/** A table of figures alone: the first column names the row, all others are numbers. Compact (HTML lets cells end by themselves), since such tables are long. */
export function figuresTable(
  heads: readonly string[],
  rows: readonly (readonly [head: string, cells: readonly string[]])[],
): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${heads[0]}"><table class="figures"><thead><tr>${heads.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead><tbody>
${rows.map(([head, cells]) => html`<tr><th scope="row">${head}</th>${cells.map((cell) => html`<td>${cell}`)}</tr>\n`)}</tbody></table></div>`
}

/** @param numeric columns whose heads stand above numbers */
export function table(heads: readonly string[], rows: readonly Markup[], numeric: readonly number[]): Markup {
  const head = heads.map((text, index) =>
    // A column of remarks has no name, and an empty heading is one that a screen reader stumbles over.
    text === ''
      ? html`<td></td>`
      : html`<th scope="col"${numeric.includes(index) ? html` class="num"` : null}>${text}</th>`,
  )
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${heads[0]}"><table><thead><tr>${head}</tr></thead><tbody>
${rows.map((row) => html`<tr>${row}</tr>\n`)}</tbody></table></div>`
}

/** Names and values beside each other. */
export function factsList(facts: readonly (readonly [name: string, value: string])[]): Markup {
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}
