import { describe, expect, it } from 'vitest'
import { buildScript, installCommand } from '../../../src/arms/build-commands.js'

const project = { names: [], scripts: { build: 'tsc' }, needsInstall: true }

describe('installCommand', () => {
  it.each([
    ['npm', 'npm ci --no-audit --no-fund'],
    ['pnpm', 'pnpm install --frozen-lockfile'],
    ['yarn', 'yarn install --frozen-lockfile'],
    ['yarn-berry', 'yarn install --immutable'],
    ['bun', 'bun install --frozen-lockfile'],
  ] as const)('is the exact install of %s, where its lock file lies', (manager, command) => {
    expect(installCommand(project, { manager, up: '' })).toBe(command)
    expect(installCommand(project, { manager, up: '../..' })).toBe(`cd ../.. && ${command}`)
    const [build] = buildScript(project, { manager })
    expect(build).toBe(`${manager.replace('-berry', '')} run build`)
  })

  it('installs and builds only what is there', () => {
    expect(installCommand(project, null)).toBe('npm install --no-audit --no-fund')
    const idle = { ...project, needsInstall: false, scripts: {} }
    expect(installCommand(idle, { manager: 'npm', up: '' })).toBeNull()
    expect(installCommand(idle, null)).toBeNull()
    // A member of a workspace may use what its root asks for.
    expect(installCommand(idle, { manager: 'npm', up: '..' })).toBe('cd .. && npm ci --no-audit --no-fund')
    expect(buildScript(idle, null)).toEqual([])
    const python = { names: ['main.py'], scripts: null, needsInstall: false }
    expect(installCommand(python, null)).toBeNull()
    expect(buildScript(python, null)).toEqual([])
  })
})
