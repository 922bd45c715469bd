import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const EXTENSIONS = `basicConstraints=CA:FALSE
keyUsage=digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost,IP:127.0.0.1
`

/**
 * Makes a certificate authority and a certificate of its for this machine, valid for a week: `ca.crt`, which clients are
 * given, `tls.crt` and `tls.key`. The authority's key is not kept. Without OpenSSL there is none, and no TLS.
 */
export function makeCertificate(dir) {
  const at = (name) => join(dir, name)
  const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-sha256']
  try {
    openssl('version')
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    console.log('openssl was not found: the proxy serves without TLS')
    return
  }
  writeFileSync(at('extensions'), EXTENSIONS)
  openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '7',
    '-subj',
    '/CN=rungs run',
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.crt'),
  )
  openssl('req', ...key, '-subj', '/CN=localhost', '-keyout', at('tls.key'), '-out', at('tls.csr'))
  const signed = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '7', '-sha256']
  openssl(
    'x509',
    '-req',
    '-in',
    at('tls.csr'),
    ...signed,
    '-extfile',
    at('extensions'),
    '-out',
    at('tls.crt'),
  )
  for (const name of ['ca.key', 'ca.srl', 'tls.csr', 'extensions']) rmSync(at(name), { force: true })
}
