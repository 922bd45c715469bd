import { expect, it } from 'vitest'
import { findDeployment } from '../../../src/catalog/find-deployment.js'
import type { LevelDeclaration } from '../../../src/model/plan/level-declaration.js'

const level = {
  title: 'Mine',
  processes: [{ name: 'web', role: 'web' as const, command: 'node' }],
  ready: { path: '/' },
}

function loaded(...levels: LevelDeclaration[]) {
  return { file: '/x/rungs.config.ts', name: 'rungs.config.ts', baseDir: '/x', config: { levels } }
}

it('what is put on a platform is of the highest level that says so, of your own where one does', async () => {
  const swarm = (folder: string) => ({ deployments: { swarm: folder } })
  const config = loaded(
    { ...level, number: 9, name: 'high', ...swarm('deploy/high') },
    { ...level, number: 8, name: 'low', ...swarm('deploy/low') },
    { ...level, number: 4, name: 'fronted' },
  )
  expect(await findDeployment('swarm', config)).toBe('/x/deploy/high')
  const own = `${process.cwd()}/levels/4-fronted`
  expect(await findDeployment('kubernetes', config)).toBe(`${own}/kubernetes`)
  expect(await findDeployment('swarm', null)).toBe(`${own}/swarm`)
})
