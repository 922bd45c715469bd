import type { Dispatcher } from 'undici'
import { UserError } from '../model/errors.js'
import type { RequestSpec } from '../model/scenario.js'
import { namesOfStep } from '../model/template.js'
import { compileParts, type Lookup } from './request-parts.js'

/** Headers that undici refuses to send for others. */
const REFUSED = ['expect', 'keep-alive', 'upgrade']

/** @throws UserError that names every header which the open loop cannot send. */
export function refuseHeaders(steps: readonly RequestSpec[]): void {
  const problems = steps.flatMap(({ headers, name, path }) =>
    Object.keys(headers ?? {})
      .filter((header) => REFUSED.includes(header.toLowerCase()))
      .map((header) => `${name ?? path}: the open loop cannot send the header ${header}; leave it out`),
  )
  if (problems.length > 0) throw new UserError(problems)
}

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
    body: Buffer.from(body(lookup)),
    // No connection is given up after a HEAD or a GET with a body, nor is there a queue behind it that could be blocked.
    reset: false,
    blocking: false,
  })
  if (namesOfStep(step).length > 0) return build
  const always = build(() => '')
  return () => always
}

/** undici writes each character of a header as one byte, and refuses control characters. */
function bytesAsLatin1(value: string): string {
  return Buffer.from(value)
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ')
}
