import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { findLevels } from '../../../src/catalog/find-levels.js'

it('the levels of rungs are, resolved, what they were before each said only what it adds', async () => {
  const levels = (await findLevels(null)).map(({ level: { claims: _, deployments: __, ...level } }) => level)
  expect(levels).toEqual(JSON.parse(readFileSync('test/golden/levels.json', 'utf8')))
})
