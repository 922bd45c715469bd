/** A field name of RFC 9110, section 5.1. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** What HTTP clients keep for themselves: undici, which sends the open loop's requests, refuses them. */
const UNSENDABLE = ['expect', 'keep-alive', 'upgrade']

/** What `Connection` may be: anything else would be about headers that are not sent. */
const CONNECTION = /^(close|keep-alive)$/i

/** The headers that one of the loops could not send, and those that are there twice. */
export function headerMistakes(headers: Readonly<Record<string, string>>, where: string): string[] {
  const names = Object.keys(headers)
  return names.flatMap((name, at) => {
    const lower = name.toLowerCase()
    if (!HEADER_NAME.test(name)) return [`${where}: ${JSON.stringify(name)} is no header name`]
    const first = names.findIndex((one) => one.toLowerCase() === lower)
    if (first < at) return [`${where}: ${names[first]} and ${name} are one header; keep one of them`]
    if (UNSENDABLE.includes(lower)) return [`${where}: ${name} cannot be sent by rungs; leave it out`]
    const value = headers[name] ?? ''
    if (lower === 'connection' && !CONNECTION.test(value)) {
      return [`${where}.${name}: must be close or keep-alive, or be left out`]
    }
    return []
  })
}
