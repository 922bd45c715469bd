/**
 * Errors of setting up a connection that are the generator's own: no file, local port, buffer or memory was left on its
 * side. The service has no part in them.
 */
const OWN_LIMITS: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'ENOBUFS',
  'ENOMEM',
])

export function isOwnLimit(what: string): boolean {
  return OWN_LIMITS.has(what)
}
