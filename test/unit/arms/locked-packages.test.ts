import { describe, expect, it } from 'vitest'
import {
  berryInstalled,
  berryPackages,
  bunPackages,
  byName,
  differencesOf,
  pnpmPackages,
  yarnPatterns,
} from '../../../src/arms/locked-packages.js'

const locked = (name: string, version: string, mayBeAbsent = false) => ({ name, version, mayBeAbsent })

describe('differencesOf', () => {
  it('tells what is there instead, what is absent, and nothing of what may be', () => {
    const installed = byName([locked('ms', '2.0.0'), locked('debug', '4.0.0'), locked('debug', '3.0.0')])
    const lock = [
      locked('ms', '2.1.3'),
      locked('debug', '4.0.0'),
      locked('debug', '5.0.0'),
      locked('qs', '6.0.0'),
      locked('fsevents', '2.3.3', true),
    ]
    expect(differencesOf(lock, installed)).toEqual([
      { name: 'ms', has: '2.0.0', says: '2.1.3' },
      { name: 'debug', has: '3.0.0', says: '5.0.0' },
      { name: 'qs', has: null, says: '6.0.0' },
    ])
  })

  it('does not take a version that is locked too for one that is there instead', () => {
    const lock = [locked('ms', '2.0.0'), locked('ms', '2.1.3')]
    expect(differencesOf(lock, byName([locked('ms', '2.0.0')]))).toEqual([
      { name: 'ms', has: null, says: '2.1.3' },
    ])
  })
})

describe('what lock files name', () => {
  it('pnpm, of two generations', () => {
    const newer = `lockfileVersion: '9.0'
importers:
  apps/api:
    dependencies:
      ms:
        specifier: 2.1.3
packages:

  '@types/node@20.1.0':
    resolution: {integrity: sha512-x}

  fsevents@2.3.3:
    resolution: {integrity: sha512-x}
    os: [darwin]

  ms@2.1.3:
    resolution: {integrity: sha512-x}

snapshots:

  esbuild@1.0.0(ms@2.1.3):
    optional: true
`
    expect(pnpmPackages(newer)).toEqual([
      locked('@types/node', '20.1.0'),
      locked('fsevents', '2.3.3', true),
      locked('ms', '2.1.3'),
      locked('esbuild', '1.0.0', true),
    ])
    const older = 'packages:\n\n  /ms@2.1.3:\n    dev: false\n\n  /@a/b@1.0.0:\n    optional: true\n'
    expect(pnpmPackages(older)).toEqual([locked('ms', '2.1.3'), locked('@a/b', '1.0.0', true)])
  })

  it('Yarn 1', () => {
    const text = `# yarn lockfile v1


"@a/b@^1.0.0", "@a/b@^1.1.0":
  version "1.2.0"
  resolved "https://registry.yarnpkg.com/@a/b/-/b-1.2.0.tgz#aa"

ms@2.1.3:
  version "2.1.3"
  resolved "https://registry.yarnpkg.com/ms/-/ms-2.1.3.tgz#bb"
`
    expect([...yarnPatterns(text).keys()]).toEqual(['@a/b@^1.0.0', '@a/b@^1.1.0', 'ms@2.1.3'])
  })

  it('Yarn 4, and what it says is in node_modules', () => {
    const text = `__metadata:
  version: 8

"@a/b@npm:^4.0.0":
  version: 4.0.1
  resolution: "@a/b@npm:4.0.1"

"api@workspace:apps/api":
  resolution: "api@workspace:apps/api"

"fsevents@npm:2.3.3":
  version: 2.3.3
  resolution: "fsevents@npm:2.3.3"
  conditions: os=darwin
`
    expect(berryPackages(text)).toEqual([locked('@a/b', '4.0.1'), locked('fsevents', '2.3.3', true)])
    const state = '"@a/b@npm:4.0.1":\n  locations:\n"c@virtual:0a1b#npm:2.0.0":\n  locations:\n'
    expect([...berryInstalled(state)]).toEqual([
      ['@a/b', new Set(['4.0.1'])],
      ['c', new Set(['2.0.0'])],
    ])
  })

  it('bun, at the top of node_modules', () => {
    const text = `{
  "workspaces": { "": { "dependencies": { "ms": "2.0.0" } } },
  "packages": {
    "@a/b": ["@a/b@1.0.0", "", {}, "sha512-x"],
    "lib": ["lib@workspace:packages/lib"],
    "ms": ["ms@2.0.0", "", {}, "sha512-x"],
    "debug/ms": ["ms@2.1.3", "", {}, "sha512-x"],
    "fsevents": ["fsevents@2.3.3", "", { "os": "darwin" }, "sha512-x"],
  }
}`
    expect(bunPackages(text)).toEqual([
      locked('@a/b', '1.0.0'),
      locked('ms', '2.0.0'),
      locked('fsevents', '2.3.3', true),
    ])
  })
})
