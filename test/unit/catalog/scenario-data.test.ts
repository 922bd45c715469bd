import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScenarioEntry } from '../../../src/catalog/entries.js'
import { withRows } from '../../../src/catalog/scenario-data.js'
import type { Scenario } from '../../../src/model/scenario.js'

let baseDir: string
beforeAll(async () => {
  baseDir = await mkdtemp(join(tmpdir(), 'rungs-data-'))
  await writeFile(join(baseDir, 'users.csv'), 'user,city\nann,Oslo\nbob,"Bergen, west"\n')
  await writeFile(join(baseDir, 'users.json'), '[{"user": "ann", "age": 7}]')
  await writeFile(join(baseDir, 'broken.json'), '[{]')
  await writeFile(join(baseDir, 'users.txt'), 'ann')
})
afterAll(() => rm(baseDir, { recursive: true }))

function entry(more: Partial<Scenario> = {}): ScenarioEntry {
  const scenario: Scenario = { name: 'mine', title: 'Mine', steps: [{ path: '/{{user}}' }], ...more }
  return { scenario, source: 'mine.ts', baseDir }
}

describe('withRows', () => {
  it('reads CSV and JSON beside the scenario', async () => {
    const [csv, json, none] = await withRows([
      entry({ data: 'users.csv' }),
      entry({ data: './users.json' }),
      entry({ steps: [] }),
    ])
    expect(csv?.rows).toEqual([
      { user: 'ann', city: 'Oslo' },
      { user: 'bob', city: 'Bergen, west' },
    ])
    expect(json?.rows).toEqual([{ user: 'ann', age: '7' }])
    expect(none).not.toHaveProperty('rows')
  })

  it('tells of every file that is missing, malformed, of another kind or without what is needed', async () => {
    const entries = [
      entry({ data: 'none.csv' }),
      entry({ data: 'broken.json' }),
      entry({ data: 'users.txt' }),
      entry({ data: 'users.csv', steps: [{ path: '/{{usr}}' }] }),
      entry({ data: 'users.csv', variables: { city: { uuid: true } } }),
    ]
    await expect(withRows(entries)).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/^mine\.ts: scenario 'mine': data broken\.json: is no JSON/),
        `mine.ts: scenario 'mine': data none.csv: there is no such file in ${baseDir}`,
        "mine.ts: scenario 'mine': data users.csv: nothing sets {{usr}}; the columns are user, city",
        "mine.ts: scenario 'mine': data users.csv: the column city is one of the scenario's variables too; rename one",
        "mine.ts: scenario 'mine': data users.txt: must end in .csv or .json",
      ],
    })
  })
})
