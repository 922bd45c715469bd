/** Strict parsers of what `rungs report --format` writes: they throw where the text is not well-formed. */

/** RFC 4180: rows end with CRLF, fields with a comma, quote or line break are quoted. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  for (let at = 0; at < text.length; ) {
    const row: string[] = []
    for (let more = true; more; ) {
      const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(text.slice(at))
      if (!match) throw new Error(`not CSV at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`)
      row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
      at += match[0].length
      more = match[3] === ','
    }
    rows.push(row)
  }
  return rows
}

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d+);)|</.test(text)) throw new Error(`not escaped: ${text}`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/u.test(text)) {
    throw new Error(`not a character of XML: ${JSON.stringify(text)}`)
  }
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) =>
    code ? String.fromCodePoint(Number(code)) : (ENTITIES[name] ?? ''),
  )
}

/** Elements, attributes and text; no comments, CDATA or document types. */
export function parseXml(text: string): Element {
  let at = text.startsWith('<?xml') ? text.indexOf('?>') + 2 : 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(text.slice(at))
    if (match) at += match[0].length
    return match
  }
  const element = (): Element => {
    const open = take(/^<([\w:-]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>/)
    if (!open) throw new Error(`not XML at ${at}: ${text.slice(at, at + 60)}`)
    const [, name = '', list = '', closed] = open
    const attributes: Record<string, string> = {}
    for (const [, key = '', value = ''] of list.matchAll(/([\w:-]+)="([^"]*)"/g)) {
      if (key in attributes) throw new Error(`${key} twice`)
      attributes[key] = unescapeXml(value)
    }
    if (closed) return { name, attributes, children: [], text: '' }
    const children: Element[] = []
    let content = ''
    while (!text.startsWith('</', at)) {
      content += unescapeXml(take(/^[^<]*/)?.[0] ?? '')
      if (!text.startsWith('</', at)) children.push(element())
    }
    if (!take(new RegExp(`^</${name}>`))) throw new Error(`${name} is not closed at ${at}`)
    return { name, attributes, children, text: content }
  }
  take(/^\s*/)
  const root = element()
  if (text.slice(at).trim() !== '') throw new Error('text after the root')
  return root
}

export interface PromSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The text format 0.0.4, with a HELP and a TYPE before each family, each family once, and no sample twice. */
export function parsePrometheus(text: string): PromSample[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line does not end')
  const samples: PromSample[] = []
  const seen = new Set<string>()
  let family = { name: '', type: '' }
  for (const line of text.split('\n').slice(0, -1)) {
    const help = /^# HELP ([a-z_][a-z0-9_]*) (\S.*)$/.exec(line)
    const type = /^# TYPE ([a-z_][a-z0-9_]*) (gauge|counter|summary)$/.exec(line)
    if (help) {
      family = { name: help[1] ?? '', type: '' }
      if (seen.has(family.name)) throw new Error(`${family.name} twice`)
      seen.add(family.name)
    } else if (type) {
      if (type[1] !== family.name) throw new Error(`TYPE without HELP: ${line}`)
      family.type = type[2] ?? ''
    } else {
      const match = /^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\} (-?\d[\d.e+-]*)$/.exec(line)
      if (!match) throw new Error(`not a sample: ${line}`)
      const [, name = '', list = '', value] = match
      const suffix = name.slice(family.name.length)
      const suffixes = family.type === 'summary' ? ['', '_sum', '_count'] : ['']
      if (!name.startsWith(family.name) || !suffixes.includes(suffix))
        throw new Error(`${name} outside its family`)
      if (family.type === 'counter' && !name.endsWith('_total')) throw new Error(`${name} is a counter`)
      const labels = Object.fromEntries(
        [...list.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [
          key,
          text.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one)),
        ]),
      )
      const key = `${name} ${JSON.stringify(labels)}`
      if (seen.has(key)) throw new Error(`twice: ${line}`)
      seen.add(key)
      samples.push({ name, labels, value: Number(value) })
    }
  }
  return samples
}
