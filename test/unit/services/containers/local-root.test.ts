import { describe, expect, it } from 'vitest'
import { parseLdd } from '../../../../src/services/containers/local-root.js'
import { parseNginxVersion } from '../../../../src/services/nginx/nginx-programs.js'

describe('parseLdd', () => {
  it('gives the libraries by the names that are looked for, and the loader', () => {
    const text = `	linux-vdso.so.1 (0x00007fd200d49000)
	libssl.so.3 => /lib/x86_64-linux-gnu/libssl.so.3 (0x00007fbb47aba000)
	libgone.so.1 => not found
	/lib64/ld-linux-x86-64.so.2 (0x00007fd200d4b000)
`
    expect(parseLdd(text)).toEqual(['/lib/x86_64-linux-gnu/libssl.so.3', '/lib64/ld-linux-x86-64.so.2'])
  })

  it('gives nothing for a program that loads nothing', () => {
    expect(parseLdd('\tnot a dynamic executable\n')).toEqual([])
  })
})

describe('parseNginxVersion', () => {
  it('reads what nginx -v prints', () => {
    expect(parseNginxVersion('nginx version: nginx/1.22.1\n')).toBe('1.22.1')
    expect(parseNginxVersion('command not found')).toBeNull()
  })
})
