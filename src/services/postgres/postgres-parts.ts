/** What a `{postgres.…}` of a level may name. */
const PARTS = ['host', 'port', 'user', 'password', 'database', 'url'] as const

const DEFAULT_PORT = '5432'

/**
 * The URL of a Postgres in the form that every client knows: libraries have one of their own with the name of a driver
 * (`postgresql+asyncpg://`), and some refuse `postgres://`.
 */
export function plainUrl(url: string): string {
  return url.replace(/^postgres(ql)?(\+\w+)?:\/\//i, 'postgresql://')
}

/** What the placeholders `{postgres.host}` and so on stand for, by what stands in the braces. */
export function postgresParts(databaseUrl: string): Record<string, string> {
  const url = plainUrl(databaseUrl)
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const values: Record<(typeof PARTS)[number], string> = {
    // A socket's folder stands behind the question mark; an IPv6 address in brackets.
    host: searchParams.get('host') ?? decodeURIComponent(hostname).replace(/^\[(.*)\]$/, '$1'),
    port: port || (searchParams.get('port') ?? DEFAULT_PORT),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    url,
  }
  return Object.fromEntries(PARTS.map((part) => [`postgres.${part}`, values[part]]))
}
