import { jsonOf } from '../../model/data/json.js'
import { type Place, parseTemplate, type Template } from '../../model/plan/template.js'
import type { Lookup } from './lookup.js'

/** A piece of a text: the same for every request, or of its variables. */
type Piece = string | ((lookup: Lookup) => string)

/**
 * Compiles a JSON value with templates in its texts and keys into the text of each request. A text that is only
 * `{{name}}` takes the variable's own type: a number stays one.
 */
export function compileJson(json: unknown): (lookup: Lookup) => string {
  const pieces = joined(piecesOf(json))
  return (lookup) => {
    let text = ''
    for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(lookup)
    return text
  }
}

/** The text of a template. */
export function fill(template: Template, lookup: Lookup): string {
  let text = ''
  for (const part of template) text += typeof part === 'string' ? part : textOf(part, lookup)
  return text
}

function textOf({ name, encoded }: Place, lookup: Lookup): string {
  const text = String(lookup(name))
  // Half a surrogate pair has no code.
  return encoded ? encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd')) : text
}

function piecesOf(json: unknown): Piece[] {
  if (typeof json === 'string') return [stringPiece(json)]
  if (typeof json === 'bigint') return [String(json)]
  if (Array.isArray(json)) return ['[', ...separated(json.map((item) => piecesOf(item ?? null))), ']']
  if (json && typeof json === 'object') {
    const entries = Object.entries(json).filter(([, value]) => value !== undefined)
    return ['{', ...separated(entries.map(([key, value]) => [keyPiece(key), ':', ...piecesOf(value)])), '}']
  }
  return [JSON.stringify(json)]
}

function stringPiece(text: string): Piece {
  const template = parseTemplate(text)
  const [only] = template
  if (template.length === 1 && typeof only === 'object' && !only.encoded) {
    return (lookup) => jsonOf(lookup(only.name))
  }
  return quotedPiece(template)
}

function keyPiece(key: string): Piece {
  return quotedPiece(parseTemplate(key))
}

function quotedPiece(template: Template): Piece {
  if (template.every((part) => typeof part === 'string')) return JSON.stringify(template.join(''))
  return (lookup) => JSON.stringify(fill(template, lookup))
}

function separated(items: readonly Piece[][]): Piece[] {
  return items.flatMap((item, index) => (index === 0 ? item : [',', ...item]))
}

/** Neighbouring pieces that never change, as one. */
function joined(pieces: readonly Piece[]): Piece[] {
  const fewer: Piece[] = []
  for (const piece of pieces) {
    const last = fewer.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') fewer[fewer.length - 1] = last + piece
    else fewer.push(piece)
  }
  return fewer
}
