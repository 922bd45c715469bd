import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { GATE_SETTINGS } from '../../../src/config/gate-settings.js'
import { SETTINGS } from '../../../src/config/settings.js'
import { CiSandbox, ROOT } from './scripts.js'

interface Step {
  readonly name?: string
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly if?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
  readonly 'working-directory'?: string
}
interface Action {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}
interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>
}

const text = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const action = parse(text('action.yml')) as Action
const { steps } = action.runs

/** `inputs.NAME` or `steps.ID.outputs.NAME` of a text. */
const inputsIn = (value: string) => [...value.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name)
const outputsIn = (value: string) =>
  [...value.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)].map(([, id, name]) => ({ id, name }))

/** Paths of scripts in `ci/` that a command names. */
const scriptsIn = (run: string) =>
  [...run.matchAll(/(?:^|[\s"/])(ci\/[\w-]+\.sh|\.ci\/run)/g)].map(([, path]) => path ?? '')

/** What each step's script tells `GITHUB_OUTPUT`, run with a rungs that does nothing. */
function toldOutputs(): ReadonlyMap<string | undefined, readonly string[]> {
  const sandbox = new CiSandbox()
  try {
    const told = (script: string, env = {}) => Object.keys(sandbox.run(script, env).outputs)
    return new Map([
      ['install', told('install-rungs.sh')],
      ['base', told('find-base.sh', { RUNGS_INPUT_BASE: '.' })],
      ['gate', told('gate.sh', { RUNGS_COMMAND: 'true', RUNGS_OUT: 'out' })],
    ])
  } finally {
    sandbox.remove()
  }
}

describe('action.yml', () => {
  it('uses every input that it declares, and declares every one that it uses', () => {
    const used = new Set(inputsIn(JSON.stringify(steps)))
    expect([...used].sort()).toEqual(Object.keys(action.inputs).sort())
  })

  it('runs scripts that exist and may be run', () => {
    for (const { name, run = '' } of steps) {
      const scripts = scriptsIn(run)
      expect(scripts, name).toHaveLength(1)
      for (const script of scripts) expect(statSync(join(ROOT, script)).mode & 0o111, script).not.toBe(0)
    }
  })

  it('refers to outputs that the scripts give', () => {
    const given = toldOutputs()
    const referred = [...outputsIn(JSON.stringify(steps)), ...outputsIn(JSON.stringify(action.outputs))]
    expect(referred.length).toBeGreaterThan(5)
    for (const { id, name } of referred) expect(given.get(id), `steps.${id}.outputs.${name}`).toContain(name)
  })

  it('hands its inputs on by variables that rungs or its scripts read, and never as text of a command', () => {
    const settings = [...Object.values(GATE_SETTINGS), ...Object.values(SETTINGS)].flatMap(({ env }) => env)
    for (const { name, run = '', env = {} } of steps) {
      expect(run, name).not.toContain('${{')
      const scripts = scriptsIn(run).map(text).join('\n')
      for (const variable of Object.keys(env)) {
        const isRead = [scripts, run].some((code) => new RegExp(`\\b${variable}\\b`).test(code))
        const isForGh = variable === 'GH_TOKEN'
        expect(isRead || isForGh || settings.includes(variable), `${name}: ${variable}`).toBe(true)
      }
    }
  })
})

const WORKFLOWS = [
  ...readdirSync(join(ROOT, '.github/workflows')).map((name) => `.github/workflows/${name}`),
  ...readdirSync(join(ROOT, 'docs/ci'))
    .filter((name) => name.startsWith('github') && name.endsWith('.yml'))
    .map((name) => `docs/ci/${name}`),
]

describe.each(WORKFLOWS)('%s', (file) => {
  const jobs = Object.values((parse(text(file)) as Workflow).jobs)
  const all = jobs.flatMap((job) => job.steps)

  it('gives the action inputs that it has, takes outputs that it gives, and runs what exists', () => {
    const gates = all.filter(({ uses }) => uses === './' || uses?.startsWith('OWNER/rungs@'))
    for (const { with: given = {} } of gates) {
      for (const name of Object.keys(given)) expect(Object.keys(action.inputs)).toContain(name)
    }
    const ids = gates.map(({ id }) => id)
    for (const { id, name } of outputsIn(JSON.stringify(all))) {
      expect(ids, `steps.${id}`).toContain(id)
      expect(Object.keys(action.outputs)).toContain(name)
    }
    for (const { run = '' } of all) {
      for (const script of scriptsIn(run)) expect(statSync(join(ROOT, script)).isFile(), script).toBe(true)
    }
  })
})

it('the examples call rungs with flags that it has', () => {
  const help = execaSync('node', ['dist/src/cli/main.js', 'gate', '--help'], { cwd: ROOT }).stdout
  for (const file of ['docs/ci/gitlab.yml', 'docs/ci/README.md', 'ci/gate-self.sh']) {
    const calls = text(file)
      .split('\n')
      .filter((line) => /(rungs|"\$main") gate /.test(line))
    expect(calls.length, file).toBeGreaterThan(0)
    for (const [flag] of calls.join('\n').matchAll(/ --[a-z][a-z-]+/g))
      expect(help, file).toContain(flag.trim())
  }
})

it('the GitLab example is a job with a script, and finds what rungs writes', () => {
  const { 'regression-gate': job } = parse(text('docs/ci/gitlab.yml')) as {
    'regression-gate': {
      script: string[]
      variables: { RUNGS_OUT: string }
      artifacts: { paths: string[]; reports: { junit: string } }
    }
  }
  expect(job.script.join('\n')).toContain('rungs gate --base')
  expect(job.artifacts.paths).toEqual([job.variables.RUNGS_OUT])
  expect(job.artifacts.reports.junit).toBe(`${job.variables.RUNGS_OUT}/*/gate.junit.xml`)
})
