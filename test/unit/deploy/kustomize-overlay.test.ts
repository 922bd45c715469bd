import { describe, expect, it } from 'vitest'
import { imageParts, isImage } from '../../../src/deploy/image-name.js'
import { kubectlProblems } from '../../../src/deploy/kubectl.js'
import { overlay } from '../../../src/deploy/kustomize-overlay.js'

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`

describe('the image', () => {
  it.each([
    ['rungs-app', { newName: 'rungs-app', newTag: 'latest' }],
    ['rungs-app:1.2', { newName: 'rungs-app', newTag: '1.2' }],
    ['registry:5000/team/app', { newName: 'registry:5000/team/app', newTag: 'latest' }],
    ['registry:5000/team/app:v1', { newName: 'registry:5000/team/app', newTag: 'v1' }],
    [`ghcr.io/a/b:v1@${DIGEST}`, { newName: 'ghcr.io/a/b', digest: DIGEST }],
  ])('%s', (text, parts) => {
    expect(isImage(text)).toBe(true)
    expect(imageParts(text)).toEqual(parts)
  })

  it.each(['', 'App', 'app:', 'app@sha256:12', '-f', 'a b', 'https://registry/app'])('%j is none', (text) => {
    expect(isImage(text)).toBe(false)
  })
})

describe('the overlay', () => {
  const given = { namespace: 'shop', base: '../base', image: 'app:1', host: null }

  it('leaves out the Ingress without a host, so that nothing is public by default', () => {
    expect(JSON.stringify(overlay(given))).toContain('\\"$patch\\":\\"delete\\"')
  })

  it('puts in the host, and labels everything', () => {
    const text = JSON.stringify(overlay({ ...given, host: 'shop.example.org' }))
    expect(text).not.toContain('$patch')
    expect(text.match(/shop\.example\.org/g)).toHaveLength(2)
    expect(text).toContain('"app.kubernetes.io/managed-by":"rungs"')
  })
})

it('of what kubectl says, its own log lines and warnings are left out', () => {
  const stderr = `E1121 13:00:00.000000   42 memcache.go:265] "Unhandled Error" err="dial tcp"
Warning: resource deployments/web is missing an annotation
error: context "nowhere" does not exist
`
  expect(kubectlProblems(stderr)).toEqual(['context "nowhere" does not exist'])
})
