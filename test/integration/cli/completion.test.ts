import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lackOfProgram, needs } from '../../helpers/needs.js'
import { Sandbox } from '../../helpers/rungs.js'

const MAIN = resolve(import.meta.dirname, '../../../dist/src/cli/main.js')

let sandbox: Sandbox
let bin: string
beforeAll(() => {
  sandbox = new Sandbox()
  bin = join(sandbox.dir, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'rungs'), `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`)
  chmodSync(join(bin, 'rungs'), 0o755)
})
afterAll(() => sandbox.remove())

function shell(program: string, args: readonly string[]) {
  const env = { ...sandbox.env(), PATH: `${bin}:${process.env.PATH}` }
  return spawnSync(program, args, { cwd: sandbox.dir, env, encoding: 'utf8' })
}

const lackOfShell = (name: string) => lackOfProgram(name, ['-c', 'true'])

/** What bash would offer for each line, with the cursor at its end: its own words, split as readline does. */
const IN_BASH = `
set -u
source <(rungs completion bash)
offer() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}
  _rungs; printf '%s|' "\${COMPREPLY[@]+"\${COMPREPLY[@]}"}"; echo
}
offer rungs ru
offer rungs run --level = 0,
offer rungs run --scenario db-r
offer rungs report --format hg
offer rungs advise --need crash-restart,h
offer rungs calibrate --fixture fixed-0 --fixture sta
offer rungs run --out ''
complete -p rungs
`

describe('completion', () => {
  it('works in bash, from what rungs itself knows', () => {
    const { stdout, stderr, status } = shell('bash', ['-c', IN_BASH])
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    expect(stdout.split('\n')).toEqual([
      'run|',
      '0,1|0,2|0,3|0,4|0,lowest|0,all|',
      'db-read|',
      'hgrm|',
      'crash-restart,hang-restart|',
      'stall|',
      '|',
      'complete -o bashdefault -o default -F _rungs rungs',
      '',
    ])
  })

  it('is a script that zsh takes', needs(lackOfShell('zsh')), () => {
    const script =
      'autoload -U compinit; compinit -D -u; source <(rungs completion zsh); print $_comps[rungs]'
    expect(shell('zsh', ['-fc', script])).toMatchObject({ stdout: '_rungs\n', stderr: '' })
  })

  it('works in fish', needs(lackOfShell('fish')), () => {
    const script = 'rungs completion fish | source; complete -C "rungs run --level "'
    expect(shell('fish', ['--no-config', '-c', script]).stdout).toContain('0\tsingle')
  })

  it('refuses a shell that it does not know, and never prints an error into a line', async () => {
    expect(await sandbox.run(['completion', 'tcsh'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/tcsh.*bash, zsh, fish/),
    })
    writeFileSync(join(sandbox.dir, 'rungs.config.json'), '{ broken')
    const { code, stdout, stderr } = await sandbox.run(['__complete', '--', 'run', '--level', ''])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('0\tsingle: ')
  })
})
