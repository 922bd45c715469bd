import type { RequestSpec } from '../../model/plan/scenario.js'
import { parseTemplate } from '../../model/plan/template.js'
import { compileJson, fill } from './json-body.js'
import type { Lookup } from './lookup.js'

/** A step, compiled as far as can be without the values of its variables. */
export interface RequestParts {
  readonly method: NonNullable<RequestSpec['method']>
  /** Host and port as `Host` names them. */
  readonly host: string
  /**
   * With the path of the base. Only what no request line may hold (spaces, control characters, non-ASCII) is
   * percent-encoded; all else is as its author wrote it.
   */
  readonly path: (lookup: Lookup) => string
  /** The step's own, and `Content-Type` for JSON; never `Content-Length` and `Transfer-Encoding`, which are ours. */
  readonly headers: readonly { readonly name: string; readonly value: (lookup: Lookup) => string }[]
  /** The empty string where there is none. */
  readonly body: (lookup: Lookup) => string | Uint8Array
  /** Whether the request states the length of its body, be it 0. */
  readonly sendsLength: boolean
}

export function compileParts(step: RequestSpec, baseUrl: string): RequestParts {
  const { pathname, host } = new URL(baseUrl)
  const method = step.method ?? 'GET'
  const path = parseTemplate(pathname.replace(/\/$/, '') + step.path)
  return {
    method,
    host,
    path: (lookup) => encodePath(fill(path, lookup)),
    headers: headersOf(step).map(([name, value]) => {
      const template = parseTemplate(value)
      return { name, value: (lookup) => headerValue(fill(template, lookup)) }
    }),
    body: compileBody(step.body),
    sendsLength: step.body !== undefined || !['GET', 'HEAD', 'OPTIONS', 'DELETE'].includes(method),
  }
}

export function hasHeader(headers: readonly { readonly name: string }[], lowerCase: string): boolean {
  return headers.some(({ name }) => name.toLowerCase() === lowerCase)
}

function headersOf(step: RequestSpec): [string, string][] {
  const own = Object.entries(step.headers ?? {}).filter(
    ([name]) => !['content-length', 'transfer-encoding'].includes(name.toLowerCase()),
  )
  const isJson =
    step.body !== undefined && typeof step.body !== 'string' && !(step.body instanceof Uint8Array)
  const namesType = own.some(([name]) => name.toLowerCase() === 'content-type')
  return isJson && !namesType ? [['Content-Type', 'application/json'], ...own] : own
}

function compileBody(body: unknown): RequestParts['body'] {
  if (body === undefined) return () => ''
  if (body instanceof Uint8Array) return () => body
  if (typeof body !== 'string') return compileJson(body)
  const template = parseTemplate(body)
  return (lookup) => fill(template, lookup)
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
