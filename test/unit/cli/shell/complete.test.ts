import { Argument, Command } from 'commander'
import { expect, it } from 'vitest'
import { addCommand, withOwn, withSettings } from '../../../../src/cli/grammar/command-line.js'
import { complete } from '../../../../src/cli/shell/complete.js'
import { GATE_SETTINGS } from '../../../../src/config/gate-settings.js'

const program = new Command('rungs').option('--json', 'one document').option('--config <file>', 'a file')
withSettings(addCommand(program, 'run', 'measure', []), ['level', 'scenario', 'database', 'duration', 'out'])
withOwn(addCommand(program, 'gate', 'compare', []), GATE_SETTINGS).option('--resume [dir]', 'go on')
addCommand(addCommand(program, 'swarm', 'on Swarm', []), 'scale', 'so many', []).argument('<replicas>')
addCommand(program, 'completion', 'a script', []).addArgument(
  new Argument('<shell>').choices(['bash', 'zsh']),
)
program.command('__complete', { hidden: true })

const VALUES: Readonly<Record<string, string[]>> = {
  '--level': ['0', '1', '10'],
  '--scenario': ['db-read', 'simple', 'db write'],
}

async function after(...words: string[]): Promise<string[]> {
  const found = await complete(program, words, async (flag) =>
    (VALUES[flag] ?? []).map((value) => ({ value, description: '' })),
  )
  return found.map(({ value }) => value)
}

it('knows commands and subcommands, but not hidden ones', async () => {
  expect(await after('')).toEqual(['run', 'gate', 'swarm', 'completion', 'help'])
  expect(await after('g')).toEqual(['gate'])
  expect(await after('--json', 'swarm', '')).toEqual(['scale', 'help'])
  expect(await after('completion', '')).toEqual(['bash', 'zsh'])
})

it("knows a command's flags and the global ones, each until it is given", async () => {
  expect(await after('run', '--')).toEqual([
    '--level',
    '--scenario',
    '--database',
    '--duration',
    '--out',
    '--json',
    '--config',
    '--help',
  ])
  expect(await after('run', '--duration', '5', '--level', '0', '--d')).toEqual(['--database'])
  expect(await after('swarm', 'scale', '--j')).toEqual(['--json'])
})

it('knows values: those a flag names itself, and those it is told; in lists, what is not there yet', async () => {
  expect(await after('run', '--database', '')).toEqual(['fresh', 'given'])
  expect(await after('gate', '--on-inconclusive', 'w')).toEqual(['warn'])
  expect(await after('run', '--level', '1')).toEqual(['1', '10'])
  expect(await after('run', '--level', '0,')).toEqual(['0,1', '0,10'])
  expect(await after('run', '--level=0,1')).toEqual(['--level=0,1', '--level=0,10'])
  expect(await after('run', '--scenario', 'db')).toEqual(['db-read', 'db write'])
})

it('leaves to the shell what only the user knows', async () => {
  for (const words of [
    ['run', '--out', ''],
    ['--config', 'r'],
    ['run', '--duration', ''],
    ['run', 'x', ''],
  ]) {
    expect(await after(...words)).toEqual([])
  }
  // A value that may be left out is no value that must come.
  expect(await after('gate', '--resume', '--b')).toContain('--base')
})
