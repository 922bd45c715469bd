import type { Dispatcher } from 'undici'
import type { RequestSpec } from '../../model/plan/scenario.js'
import { namesOfStep } from '../../model/plan/template.js'
import type { Lookup } from './lookup.js'
import { compileParts } from './request-parts.js'

/** Compiles a step into what undici dispatches. Length, `Host` and keep-alive are undici's. */
export function compileDispatch(
  step: RequestSpec,
  baseUrl: string,
): (lookup: Lookup) => Dispatcher.DispatchOptions {
  const { method, path, headers, body } = compileParts(step, baseUrl)

  const build = (lookup: Lookup): Dispatcher.DispatchOptions => ({
    method,
    path: path(lookup),
    headers: headers.flatMap(({ name, value }) => [name, bytesAsLatin1(value(lookup))]),
    body: bytesOf(body(lookup)),
    // No connection is given up after a HEAD or a GET with a body, nor is there a queue behind it that could be blocked.
    reset: false,
    blocking: false,
  })
  if (namesOfStep(step).length > 0) return build
  const always = build(() => '')
  return () => always
}

function bytesOf(body: string | Uint8Array): Buffer | Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body
}

/** undici writes each character of a header as one byte, and refuses control characters. */
function bytesAsLatin1(value: string): string {
  return Buffer.from(value)
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ')
}
