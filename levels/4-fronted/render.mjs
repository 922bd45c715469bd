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

/** Writes the configuration to `OUT`, in one step: nginx may be reading it. */
export function writeNginx(env) {
  mkdirSync(dirname(env.OUT), { recursive: true })
  const draft = `${env.OUT}.draft`
  writeFileSync(draft, renderNginx(env))
  renameSync(draft, env.OUT)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeNginx(process.env)
