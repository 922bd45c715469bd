const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for an element's content or a quoted attribute. Control characters, which HTML forbids, become `�`. */
export function escapeHtml(text: string): string {
  if (!SPECIAL.test(text)) return text
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character).replace(FORBIDDEN, '�')
}

/** Markup that is safe as it stands: only `html` and `raw` make it. */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text
  }
}

type Part = Markup | string | number | null | undefined | readonly Part[]

/** Template of markup in which every value but other markup is escaped; null and undefined are left out. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  let text = strings[0] ?? ''
  values.forEach((value, index) => {
    text += flatten(value) + (strings[index + 1] ?? '')
  })
  return new Markup(text)
}

/** Takes text as markup unescaped: for our own constants only. */
export function raw(text: string): Markup {
  return new Markup(text)
}

function flatten(value: Part): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return value.map(flatten).join('')
}

/** JSON for a `<script type="application/json">`: nothing in it can end the element or open a comment. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/>/g, '\\u003e')
    .replace(/&/g, '\\u0026')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const SPECIAL = /[&<>"'\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/
