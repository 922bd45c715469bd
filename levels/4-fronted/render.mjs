import { lookup } from 'node:dns/promises'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

/**
 * What stands for each ${NAME} of nginx.conf.
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function nginxValues(env) {
  const list = (name) => (env[name] ?? '').split(',').filter((item) => item !== '')
  const affinity = ['true', '1', 'on', 'yes'].includes((env.SESSION_AFFINITY ?? '').toLowerCase())
  const runDir = env.RUN_DIR ?? '/tmp/nginx'
  const tls = env.LISTEN_TLS && env.TLS_CERT && env.TLS_KEY
  return {
    USER: env.PROXY_USER ? `user ${env.PROXY_USER};` : '',
    PROXY_WORKERS: env.PROXY_WORKERS ?? 'auto',
    RUN_DIR: runDir,
    ACCESS_LOG: env.ACCESS_LOG ?? 'off',
    BODY_LIMIT: env.BODY_LIMIT ?? '1048576',
    BALANCE: affinity ? 'hash $affinity consistent' : 'least_conn',
    SERVERS: list('UPSTREAM')
      .map((server) => `server ${server} max_fails=1 fail_timeout=1s;`)
      .join('\n    '),
    LISTEN: env.LISTEN ?? '8080',
    TLS: tls
      ? [
          `listen ${env.LISTEN_TLS} ssl;`,
          `ssl_certificate ${env.TLS_CERT};`,
          `ssl_certificate_key ${env.TLS_KEY};`,
          'ssl_protocols TLSv1.2 TLSv1.3;',
          'ssl_session_cache shared:tls:4m;',
        ].join('\n    ')
      : '',
    AFFINITY_COOKIE: affinity ? 'add_header Set-Cookie $affinity_cookie;' : '',
    INTERNAL_FROM: list('INTERNAL_FROM')
      .map((address) => `allow ${address};`)
      .join('\n      '),
    STATIC_DIR: env.STATIC_DIR ?? join(here, 'static'),
  }
}

/**
 * nginx.conf with its placeholders replaced.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @throws Error for a placeholder that nothing stands for.
 */
export function renderNginx(env) {
  const values = nginxValues(env)
  const template = readFileSync(join(here, 'nginx.conf'), 'utf8')
  const [first, ...lines] = template.split('\n')
  const filled = lines.join('\n').replace(/\$\{([A-Z_]+)\}/g, (whole, name) => {
    if (!(name in values)) throw new Error(`nginx.conf: nothing stands for ${whole}`)
    return values[name]
  })
  return `${first}\n${filled}`
}

/** Writes the configuration to `OUT`, and what it names: the certificate and its key where they are given as texts. */
export function writeNginx(env) {
  mkdirSync(dirname(env.OUT), { recursive: true })
  if (env.PROXY_TLS_CERT) replace(env.TLS_CERT, env.PROXY_TLS_CERT, 0o644)
  if (env.PROXY_TLS_KEY) replace(env.TLS_KEY, env.PROXY_TLS_KEY, 0o600)
  replace(env.OUT, renderNginx(env), 0o644)
}

/** In one step: nginx may be reading it. */
function replace(file, text, mode) {
  const draft = `${file}.draft`
  writeFileSync(draft, text, { mode })
  renameSync(draft, file)
}

/** Every address behind the names of a list of `NAME:PORT`: nginx takes all addresses of one name for one server. */
async function addressesOf(servers) {
  const found = servers.split(',').map(async (server) => {
    const [name, port] = server.split(':')
    const all = await lookup(name, { all: true, family: 4 })
    return all.map(({ address }) => `${address}:${port}`)
  })
  return (await Promise.all(found)).flat().sort().join(',')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeNginx({ ...process.env, UPSTREAM: await addressesOf(process.env.UPSTREAM) })
}
