import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { GATE_CHOICE_NAMES, GATE_SETTINGS } from '../../../src/config/gate-settings.js'
import type { Setting } from '../../../src/config/setting.js'
import { SETTING_NAMES, SETTINGS } from '../../../src/config/settings.js'

function rowOf({ flag, placeholder, env, key, help, defaultInWords, ...setting }: Setting<unknown, string>) {
  const cells = [
    `\`${`${flag} ${placeholder}`.trim()}\``,
    env.map((variable) => `\`${variable}\``).join(', '),
    key === null ? '' : `\`${key}\``,
    defaultInWords ?? setting.show(setting.default),
    help,
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** The table whose third head is given. */
function tableIn(document: string, head: string): string | undefined {
  const table = new RegExp(`\\| flag +\\| environment +\\| ${head} +\\|.*\\n\\| ---.*\\n((?:\\|.*\\n)+)`)
  return table.exec(document)?.[1]
}

const unpadded = (text = '') => text.replace(/ +/g, ' ').trim().split('\n')
const document = readFileSync('docs/configuration.md', 'utf8')

it('docs/configuration.md has every setting as it is', () => {
  const rows = SETTING_NAMES.map((name) => rowOf(SETTINGS[name] as Setting<unknown>))
  expect(unpadded(tableIn(document, 'in `defaults`'))).toEqual(unpadded(rows.join('\n')))
})

it('docs/configuration.md has every setting of the gate as it is', () => {
  const rows = GATE_CHOICE_NAMES.map((name) => rowOf(GATE_SETTINGS[name] as Setting<unknown, string>))
  expect(unpadded(tableIn(document, 'in `gate`'))).toEqual(unpadded(rows.join('\n')))
})
