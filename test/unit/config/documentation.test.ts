import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Setting } from '../../../src/config/setting.js'
import { SETTING_NAMES, SETTINGS } from '../../../src/config/settings.js'

it('docs/configuration.md has every setting as it is', () => {
  const rows = SETTING_NAMES.map((name) => {
    const setting = SETTINGS[name] as Setting<unknown>
    const { flag, placeholder, env, key, help } = setting
    const cells = [
      `\`${flag} ${placeholder}\``,
      env.map((variable) => `\`${variable}\``).join(', '),
      key === null ? '' : `\`${key}\``,
      setting.defaultInWords ?? setting.show(setting.default),
      help,
    ]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  const table = /\| flag +\|.*\n\| ---.*\n((?:\|.*\n)+)/.exec(
    readFileSync('docs/configuration.md', 'utf8'),
  )?.[1]
  const unpadded = (text = '') => text.replace(/ +/g, ' ').trim().split('\n')
  expect(unpadded(table)).toEqual(unpadded(rows.join('\n')))
})
