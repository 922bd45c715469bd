import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { findLevels } from '../../../src/catalog/find-levels.js'

const FILE = 'test/golden/levels.json'

it('the levels of rungs are, resolved, what they were before each said only what it adds', async () => {
  const levels = (await findLevels(null)).map(({ level: { claims: _, deployments: __, ...level } }) => level)
  if (process.env.UPDATE_GOLDEN) writeFileSync(FILE, `${JSON.stringify(levels, null, 2)}\n`)
  expect(levels).toEqual(JSON.parse(readFileSync(FILE, 'utf8')))
})
