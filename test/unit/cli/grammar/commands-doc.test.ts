import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { GROUPS } from '../../../../src/cli/grammar/command-line.js'
import { commandsDoc } from '../../../../src/cli/grammar/commands-doc.js'
import { makeProgram } from '../../../../src/cli/grammar/program.js'
import { COMPLETE_COMMAND } from '../../../../src/cli/shell/completion-scripts.js'

const page = commandsDoc(makeProgram(''))

it('is what docs/commands.md holds: npm run commands writes it anew', () => {
  expect(readFileSync('docs/commands.md', 'utf8')).toBe(page)
})

describe('the page of commands', () => {
  it('has every command in one of the groups, in their order', () => {
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual([...Object.values(GROUPS), 'Flags of every command'])
    const commands = makeProgram('').commands.filter((command) => command.name() !== COMPLETE_COMMAND)
    for (const command of commands) expect(page).toContain(`### rungs ${command.name()}`)
  })

  it('says of a flag what it does, its default, its variable and its place in the file', () => {
    expect(page).toMatch(
      /^\| `--duration <TIME>` \| .*\(default: 10\) \| `RUNGS_DURATION` \| `durationSeconds` \|$/m,
    )
    expect(page).toMatch(/^\| `--timeout <seconds>` \| how long to wait \(default: 300\) \| {2}\| {2}\|$/m)
  })

  it('ends a command with its examples', () => {
    expect(page).toContain('```\nrungs up --level 2\n')
  })
})
