import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScenarioEntry } from '../../../src/catalog/entries.js'
import { withRows } from '../../../src/catalog/scenario-data.js'
import { NOT_TOLD } from '../../../src/catalog/told.js'
import type { Scenario } from '../../../src/model/plan/scenario.js'

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
    const [csv, json, none] = await withRows(
      [entry({ data: 'users.csv' }), entry({ data: './users.json' }), entry({ steps: [] })],
      NOT_TOLD,
    )
    expect(csv?.rows).toEqual({ file: join(baseDir, 'users.csv'), kind: 'csv', columns: ['user', 'city'] })
    expect(json?.rows).toMatchObject({ kind: 'json', columns: ['user', 'age'] })
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
    await expect(withRows(entries, NOT_TOLD)).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/^mine\.ts: scenario 'mine': data broken\.json: is no JSON/),
        `mine.ts: scenario 'mine': data none.csv: there is no such file in ${baseDir}`,
        "mine.ts: scenario 'mine': data users.csv: nothing sets {{usr}}; the columns are user, city",
        "mine.ts: scenario 'mine': data users.csv: the column city is one of the scenario's variables too; rename one",
        "mine.ts: scenario 'mine': data users.txt: must end in .csv or .json",
      ],
    })
  })

  it('warns of values that mean something else in a query or a form, unless they are encoded', async () => {
    const told: string[] = []
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const steps = [
      { path: '/s?a=1&q={{q}}&n={{n}}&q2={{q | url}}' },
      { method: 'POST' as const, path: '/login', headers: form, body: 'mail={{mail}}' },
      { path: '/{{q}}', body: 'mail={{mail}}' },
    ]
    const variables = { q: { pick: ['plain', 'a&b'] }, n: { pick: [1, '%41'] }, mail: { pick: ['a+b@x.io'] } }
    await withRows([entry({ steps, variables })], { note() {}, warn: (text) => void told.push(text) })
    expect(told).toEqual([
      expect.stringContaining(
        `{{q}} in the query of ${steps[0]?.path} is "a&b", and sent as it is; write {{q | url}}`,
      ),
      expect.stringContaining('{{mail}} in the form sent to /login is "a+b@x.io"'),
    ])
  })

  it('refuses bytes that are no UTF-8', async () => {
    await writeFile(join(baseDir, 'latin.csv'), Buffer.from('user\nann\nJ\xfcrgen\n', 'latin1'))
    await expect(withRows([entry({ data: 'latin.csv' })], NOT_TOLD)).rejects.toThrow(
      'data latin.csv: line 3, column 2: is not UTF-8 (byte 0xFC)',
    )
  })
})
