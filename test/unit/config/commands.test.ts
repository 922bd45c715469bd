import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeProgram } from '../../../src/cli/grammar/program.js'
import {
  COMMAND_TABLES,
  type CommandName,
  commandChoices,
  commandRows,
} from '../../../src/config/commands/tables.js'
import type { Setting } from '../../../src/config/setting.js'
import { RungsConfig } from '../../../src/model/config.js'
import { problemsOf } from '../../../src/model/schema/validate.js'

const COMMANDS = Object.keys(COMMAND_TABLES) as CommandName[]
const rows = COMMANDS.flatMap((command) =>
  Object.entries(COMMAND_TABLES[command]).map(
    ([name, setting]) => [command, name, setting as Setting<unknown, string>] as const,
  ),
)

function chosen<Name extends CommandName>(
  command: Name,
  { flags = {}, env = {}, config = {} }: { flags?: object; env?: Record<string, string>; config?: object },
) {
  const problems: string[] = []
  const loaded = { name: 'rungs.config.json', config }
  return { choices: commandChoices(command, { flags: { ...flags }, env, loaded }, problems), problems }
}

describe('a row of a table', () => {
  it.each(rows)(
    'of %s, %s, is a flag with help and default, a variable, a key and a line in the docs',
    (command, name, setting) => {
      const { flag, env, key, help, defaultInWords } = setting
      expect(env[0]).toMatch(/^RUNGS_[A-Z_]+$/)
      const option = makeProgram('0')
        .commands.find((one) => one.name() === command)
        ?.options.find(({ long }) => long === flag)
      expect(option?.attributeName()).toBe(name)
      expect(option?.description).toBe(`${help} (default: ${defaultInWords ?? String(setting.default)})`)
      const section = RungsConfig.properties[command]
      if (key !== null) expect(Object.keys(section.properties)).toContain(key)
      const docs = readFileSync('docs/commands.md', 'utf8').replaceAll('\\|', '|')
      expect(docs).toContain(
        `| ${help} (default: ${defaultInWords ?? String(setting.default)}) | \`${env[0]}\` |`,
      )
      expect(commandRows({}, null).rows).toContainEqual({
        command,
        setting: name,
        value: setting.show(setting.default),
        source: 'default',
      })
    },
  )

  it('is there for every key that a file may hold', () => {
    for (const command of COMMANDS.filter((one) => one !== 'gate')) {
      const keys = Object.values(COMMAND_TABLES[command]).map(({ key }) => key)
      expect(Object.keys(RungsConfig.properties[command].properties).sort()).toEqual(keys.toSorted())
    }
  })
})

describe('the settings of a command', () => {
  it('come from the flag, then the environment, then its section of the file, then the default', () => {
    const config = { capacity: { lowest: 10, highest: 900, resolution: 0.05 } }
    const env = { LOWEST: '20', PROBES: '9' }
    expect(chosen('capacity', { flags: { lowest: '30' }, env, config })).toEqual({
      choices: { start: null, lowest: 30, highest: 900, resolution: 0.05, probes: 9 },
      problems: [],
    })
    expect(chosen('capacity', { env: { ...env, RUNGS_LOWEST: '25' }, config }).choices.lowest).toBe(25)
  })

  it('may be lists, in a file as such', () => {
    const config = {
      tune: { workers: [1, 3], budgetSeconds: 60 },
      ladder: { workers: [2, 'auto'] },
      advise: { need: ['offload'] },
    }
    expect(problemsOf(RungsConfig, config)).toEqual([])
    expect(chosen('tune', { config }).choices).toMatchObject({ workers: [1, 3], budget: 60, pairs: 6 })
    expect(chosen('tune', { flags: { workers: '4,5' }, config }).choices.workers).toEqual([4, 5])
    expect(chosen('ladder', { config }).choices.workers).toEqual([2, 0])
    expect(chosen('ladder', { env: { WORKERS: '1,auto' } }).choices.workers).toEqual([1, 0])
    expect(chosen('advise', { config }).choices.need).toEqual(['offload'])
    expect(chosen('calibrate', { flags: { rates: '100, 100,500', peers: '0' } }).choices).toMatchObject({
      rates: [100, 500],
      peers: 0,
    })
  })

  it('that are wrong are told at once, each as it was written', () => {
    const flags = { workers: '1,x', pairs: '2' }
    const { problems, choices } = chosen('tune', { flags, env: { FINALISTS: '99' } })
    expect(problems).toEqual([
      "--workers 1,x: 'x' must be a whole number from 1 to 1000, such as 4",
      'FINALISTS=99: must be a whole number from 2 to 10, such as 2',
      '--pairs 2: must be a whole number from 6 to 50, such as 6',
    ])
    expect(choices).toMatchObject({ workers: null, finalists: 2, pairs: 6 })
  })

  it('show in doctor where they came from, and what is wrong with them', () => {
    const { rows: all, problems } = commandRows(
      { PROBES: 'x', LOWEST: '5' },
      { name: 'f', config: { tune: { pairs: 7 } } },
    )
    expect(all.filter(({ source }) => source !== 'default')).toEqual([
      { command: 'capacity', setting: 'lowest', value: '5/s', source: 'environment LOWEST' },
      { command: 'tune', setting: 'pairs', value: '7', source: 'f' },
    ])
    expect(problems).toEqual(['capacity: PROBES=x: must be a whole number from 3 to 100, such as 16'])
  })
})
