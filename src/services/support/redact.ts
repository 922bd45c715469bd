const SECRET_NAME =
  '[\\w.-]*(?:secret|token|password|passwd|passphrase|credentials?|(?:api|access|private)[_-]?key)'
const ASSIGNMENT = new RegExp(`(${SECRET_NAME})(["']?\\s*[=:]\\s*["']?)([^\\s"',;&]+)`, 'gi')
const FLAG = new RegExp(`(--${SECRET_NAME}\\s+)(\\S+)`, 'gi')
const BEARER = /\b(bearer\s+)[\w.~+/=-]+/gi
const URL_LIKE = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s"'<>]+)/gi

/** Names of variables whose values are secret. */
const SECRET_VARIABLE = new RegExp(`^${SECRET_NAME}$`, 'i')
/** Shorter values are too likely to be ordinary words of the text they are looked for in. */
const SHORTEST_SECRET = 6

/**
 * Text without the passwords of its URLs, without values that follow a secret's name (`JWT_SECRET=…`,
 * `"token": "…"`, `--password …`), and without any of the `secrets` themselves. In doubt it hides too much.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let shown = text
  for (const secret of secrets) shown = shown.replaceAll(secret, '***')
  return shown
    .replace(URL_LIKE, (_, scheme: string, rest: string) => scheme + withoutUserPassword(rest))
    .replace(ASSIGNMENT, '$1$2***')
    .replace(FLAG, '$1***')
    .replace(BEARER, '$1***')
}

/** The values in an environment that must never be shown: of secret names, and the passwords of URLs. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  const secrets = new Set<string>()
  for (const [name, value = ''] of Object.entries(env)) {
    if (SECRET_VARIABLE.test(name)) secrets.add(value)
    const password = URL.canParse(value) ? new URL(value).password : ''
    secrets.add(password)
    secrets.add(decoded(password))
  }
  return [...secrets].filter((secret) => secret.length >= SHORTEST_SECRET)
}

function withoutUserPassword(rest: string): string {
  const at = rest.lastIndexOf('@')
  const colon = rest.indexOf(':')
  if (at === -1 || colon === -1 || colon > at) return rest
  // `host:8080/path@version` has a port there, not a password.
  if (/^\d+[/?#]/.test(rest.slice(colon + 1))) return rest
  return `${rest.slice(0, colon)}:***${rest.slice(at)}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not percent-encoded after all: then it is what it says.
    return text
  }
}
