import type { Parsed } from './parsers.js'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/

/**
 * The base of a service that runs already: scheme, host and port, without a trailing slash. It must be on this
 * machine unless `allowed` names its host: nobody loads a stranger's server by a typing error.
 */
export function checkTarget(text: string, allowed: readonly string[]): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    return { problem: 'must be a URL that starts with http:// or https://, such as http://127.0.0.1:8080' }
  }
  if (url.username !== '' || url.password !== '') {
    return { problem: 'must not hold a user or password; send a header from the scenario instead' }
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return { problem: `must be scheme, host and port only, ${url.origin}; paths belong to the scenario` }
  }
  if (LOOPBACK.test(url.hostname) || allowed.some((host) => sameHost(host, url.hostname))) {
    return { value: url.origin }
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return { problem: `is not on this machine; if you may load it, add --allow-remote ${host}` }
}

function sameHost(host: string, hostname: string): boolean {
  return host.toLowerCase() === hostname || `[${host.toLowerCase()}]` === hostname
}
