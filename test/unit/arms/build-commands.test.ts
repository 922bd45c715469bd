import { describe, expect, it } from 'vitest'
import { defaultBuild, withoutInstall } from '../../../src/arms/build-commands.js'

describe('defaultBuild', () => {
  it.each([
    [['package-lock.json'], ['npm ci --no-audit --no-fund', 'npm run build']],
    [['pnpm-lock.yaml'], ['pnpm install --frozen-lockfile', 'pnpm run build']],
    [['yarn.lock'], ['yarn install --frozen-lockfile', 'yarn run build']],
    [[], ['npm install --no-audit --no-fund', 'npm run build']],
  ])('goes by the lock file: %j', (names, commands) => {
    expect(defaultBuild({ names, scripts: { build: 'tsc' } })).toEqual(commands)
  })

  it('builds only what has a build, and installs only what is there', () => {
    const names = ['package-lock.json']
    expect(defaultBuild({ names, scripts: {} })).toEqual(['npm ci --no-audit --no-fund'])
    expect(defaultBuild({ names: ['main.py'], scripts: null })).toEqual([])
    expect(withoutInstall(defaultBuild({ names, scripts: { build: 'tsc' } }))).toEqual(['npm run build'])
    expect(withoutInstall([])).toEqual([])
  })
})
