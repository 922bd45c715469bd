import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadScenarioPath } from '../../../src/catalog/scenario-files.js'
import { loadConfig } from '../../../src/config/file/load-config.js'

const dir = mkdtempSync(join(tmpdir(), 'rungs-docs-'))
const blocks = [...readFileSync('docs/configuration.md', 'utf8').matchAll(/```(ts|json)\n([\s\S]*?)```/g)]

afterAll(() => rmSync(dir, { recursive: true }))

describe('the examples of docs/configuration.md', () => {
  it('are all looked at', () => {
    expect(blocks).toHaveLength(6)
  })

  it.each(blocks.map(([, ending = '', text = ''], i) => [i + 1, ending, text] as const))(
    'example %d (%s) is right',
    async (i, ending, text) => {
      const name = `example-${i}.${ending}`
      writeFileSync(join(dir, name), text)
      const isScenario = text.includes('defineScenario')
      const loaded = isScenario ? await loadScenarioPath(name, dir) : [await loadConfig(dir, name)]
      expect(loaded).toEqual([expect.anything()])
    },
  )
})
