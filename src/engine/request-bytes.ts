import type { RequestSpec } from '../model/scenario.js'
import { namesOfStep, parseTemplate, type Template } from '../model/template.js'

/** Gives a variable's value for the request that is being built. */
export type Lookup = (name: string) => string | number

/** A request, ready to be written: the same bytes every time, or built anew from variables. */
export type RequestBytes = (lookup: Lookup) => Buffer

/**
 * Compiles a step into HTTP/1.1 bytes. The length of the body, in bytes, is always ours: `Content-Length` and
 * `Transfer-Encoding` of the step are left out. Of the path, only what no request line may hold (spaces, control
 * characters, non-ASCII) is percent-encoded; all else is as its author wrote it.
 */
export function compileRequest(step: RequestSpec, baseUrl: string): RequestBytes {
  const { pathname, host } = new URL(baseUrl)
  const method = step.method ?? 'GET'
  const path = parseTemplate(pathname.replace(/\/$/, '') + step.path)
  const headers = headersOf(step, host).map(([name, value]) => ({ name, value: parseTemplate(value) }))
  const body = compileBody(step.body)
  const sendsLength = step.body !== undefined || !['GET', 'HEAD', 'OPTIONS', 'DELETE'].includes(method)

  const build: RequestBytes = (lookup) => {
    let head = `${method} ${encodePath(fill(path, lookup))} HTTP/1.1\r\n`
    for (const { name, value } of headers) head += `${name}: ${headerValue(fill(value, lookup))}\r\n`
    const content = body(lookup)
    if (sendsLength) head += `Content-Length: ${Buffer.byteLength(content)}\r\n`
    return Buffer.from(`${head}\r\n${content}`)
  }
  if (namesOfStep(step).length > 0) return build
  const always = build(() => '')
  return () => always
}

function headersOf(step: RequestSpec, host: string): [string, string][] {
  const own = Object.entries(step.headers ?? {}).filter(
    ([name]) => !['content-length', 'transfer-encoding'].includes(name.toLowerCase()),
  )
  const has = (name: string) => own.some(([given]) => given.toLowerCase() === name)
  const headers: [string, string][] = []
  if (!has('host')) headers.push(['Host', host])
  if (!has('connection')) headers.push(['Connection', 'keep-alive'])
  if (step.body !== undefined && typeof step.body !== 'string' && !has('content-type')) {
    headers.push(['Content-Type', 'application/json'])
  }
  return [...headers, ...own]
}

/** Of a JSON body, a text that is nothing but one variable takes the variable's own type: a number stays one. */
function compileBody(body: unknown): (lookup: Lookup) => string {
  if (body === undefined) return () => ''
  if (typeof body === 'string') {
    const template = parseTemplate(body)
    return (lookup) => fill(template, lookup)
  }
  const value = compileJson(body)
  return (lookup) => JSON.stringify(value(lookup))
}

function compileJson(json: unknown): (lookup: Lookup) => unknown {
  if (typeof json === 'string') {
    const template = parseTemplate(json)
    const [only] = template
    if (template.length === 1 && typeof only === 'object') return (lookup) => lookup(only.name)
    return (lookup) => fill(template, lookup)
  }
  if (Array.isArray(json)) {
    const items = json.map(compileJson)
    return (lookup) => items.map((item) => item(lookup))
  }
  if (json && typeof json === 'object') {
    const entries = Object.entries(json).map(
      ([key, value]) => [parseTemplate(key), compileJson(value)] as const,
    )
    return (lookup) => Object.fromEntries(entries.map(([key, value]) => [fill(key, lookup), value(lookup)]))
  }
  return () => json
}

function fill(template: Template, lookup: Lookup): string {
  let text = ''
  for (const part of template) text += typeof part === 'string' ? part : lookup(part.name)
  return text
}

function encodePath(path: string): string {
  return /^[\x21-\x7e]*$/.test(path)
    ? path
    : path.replace(/[^\x21-\x7e]+/g, (part) =>
        Buffer.from(part).toString('hex').replace(/../g, '%$&').toUpperCase(),
      )
}

/** A line break would end the header; none can be sent. */
function headerValue(value: string): string {
  return value.replace(/[\r\n]+/g, ' ')
}
