import { describe, expect, it } from 'vitest'

// @ts-expect-error: a file that one deploys, in plain JavaScript
const { renderNginx } = (await import('../../../levels/4-fronted/render.mjs')) as {
  renderNginx(env: Readonly<Record<string, string>>): string
}

describe('the configuration of nginx', () => {
  it('has every node, and nothing left to fill in', () => {
    const text = renderNginx({ UPSTREAM: 'unix:/a.sock,unix:/b.sock', LISTEN: '127.0.0.1:8080' })
    expect(text.match(/^ *server unix:\S+ max_fails=1 fail_timeout=1s;$/gm)).toHaveLength(2)
    expect(text.split('\n').slice(1).join('\n')).not.toMatch(/\$\{/)
    expect(text).toContain('least_conn;')
    expect(text).toContain('access_log off;')
    expect(text).not.toContain('ssl')
  })

  it('keeps a client on its node where that is asked for', () => {
    const text = renderNginx({ SESSION_AFFINITY: 'true' })
    expect(text).toContain('hash $affinity consistent;')
    expect(text).toContain('add_header Set-Cookie $affinity_cookie;')
    expect(text).not.toContain('least_conn;')
  })

  it('shows figures to nobody unless somebody is named', () => {
    const location = (env: Record<string, string>) =>
      /location ~ \^\/\(metrics[^}]*\}/.exec(renderNginx(env))?.[0] ?? ''
    expect(location({})).toMatch(/deny all;/)
    expect(location({})).not.toMatch(/allow/)
    expect(location({ INTERNAL_FROM: '127.0.0.1,10.0.0.0/8' })).toMatch(
      /allow 127\.0\.0\.1;\s+allow 10\.0\.0\.0\/8;\s+deny all;/,
    )
  })

  it('serves TLS only with a certificate and its key', () => {
    expect(renderNginx({ LISTEN_TLS: '8443', TLS_CERT: '/a.crt' })).not.toContain('ssl')
    const text = renderNginx({ LISTEN_TLS: '8443', TLS_CERT: '/a.crt', TLS_KEY: '/a.key' })
    expect(text).toContain('listen 8443 ssl;')
    expect(text).toContain('ssl_certificate_key /a.key;')
  })
})
