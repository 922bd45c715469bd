import type { RequestSpec } from '../../model/plan/scenario.js'
import { namesOfStep } from '../../model/plan/template.js'
import type { Lookup } from './lookup.js'
import { compileParts, hasHeader } from './request-parts.js'

/** A request, ready to be written: the same bytes every time, or built anew from variables. */
export type RequestBytes = (lookup: Lookup) => Buffer

/** Compiles a step into HTTP/1.1 bytes. The length of the body, in bytes, is always ours. */
export function compileRequest(step: RequestSpec, baseUrl: string): RequestBytes {
  const { method, host, path, headers, body, sendsLength } = compileParts(step, baseUrl)
  const ours = [
    ...(hasHeader(headers, 'host') ? [] : [`Host: ${host}\r\n`]),
    ...(hasHeader(headers, 'connection') ? [] : ['Connection: keep-alive\r\n']),
  ].join('')

  const build: RequestBytes = (lookup) => {
    let head = `${method} ${path(lookup)} HTTP/1.1\r\n${ours}`
    for (const { name, value } of headers) head += `${name}: ${value(lookup)}\r\n`
    const content = body(lookup)
    if (sendsLength) head += `Content-Length: ${Buffer.byteLength(content)}\r\n`
    if (typeof content === 'string') return Buffer.from(`${head}\r\n${content}`)
    return Buffer.concat([Buffer.from(`${head}\r\n`), content])
  }
  if (namesOfStep(step).length > 0) return build
  const always = build(() => '')
  return () => always
}
