import { describe, expect, it } from 'vitest'
import { resolveSettings, type SettingSources, settingRows } from '../../../src/config/resolve-settings.js'
import { loadOf } from '../../../src/config/scenario-load.js'
import { SETTING_NAMES, SETTINGS } from '../../../src/config/settings.js'
import { ConfigDefaults } from '../../../src/model/config.js'
import { problemsOf } from '../../../src/model/schema/validate.js'

function resolve(from: Partial<SettingSources> = {}) {
  return resolveSettings({ flags: {}, env: {}, file: null, randomSeed: 99, ...from })
}

describe('resolveSettings', () => {
  it('gives the defaults where nothing is said', () => {
    const { settings, sources, problems } = resolve()
    expect(settings).toEqual({
      level: ['lowest'],
      scenario: ['all'],
      duration: 10,
      warmup: 3,
      connections: null,
      timeout: 10,
      latency: 'on',
      profile: 'steady',
      rate: null,
      share: 0.6,
      sharePerLevel: 'off',
      stages: null,
      arrival: 'uniform',
      maxConnections: 256,
      slo: [],
      repeats: 1,
      workers: 0,
      workerCpus: 'off',
      generators: 1,
      affinity: 'auto',
      seed: 99,
      out: 'reports',
      target: null,
      allowRemote: [],
      database: 'fresh',
      backend: 'auto',
    })
    expect(new Set(Object.values(sources))).toEqual(new Set(['default']))
    expect(problems).toEqual([])
  })

  it('goes from flag to environment to file to default', () => {
    const file = {
      name: 'rungs.config.ts',
      defaults: { durationSeconds: 1, warmupSeconds: 1, repeats: 2, level: 2 },
    }
    const env = { RUNGS_DURATION: '2', DURATION: '3', WARMUP: '4s', REPEATS: '' }
    const { settings, sources, problems } = resolve({ flags: { duration: '1m' }, env, file })
    expect(problems).toEqual([])
    expect([settings.duration, sources.duration]).toEqual([60, 'flag'])
    expect([settings.warmup, sources.warmup]).toEqual([4, 'environment WARMUP'])
    expect([settings.repeats, sources.repeats]).toEqual([2, 'rungs.config.ts'])
    expect([settings.level, sources.level]).toEqual([['2'], 'rungs.config.ts'])
    const withoutFlag = resolve({ env, file })
    expect([withoutFlag.settings.duration, withoutFlag.sources.duration]).toEqual([
      2,
      'environment RUNGS_DURATION',
    ])
  })

  it('tells every problem at once, as it was written', () => {
    const { problems, settings } = resolve({
      flags: { connections: '-1', duration: 'abc' },
      env: { WARMUP: 'x', DATABASE: 'mydb', LEVEL: '1,' },
      file: { name: 'rungs.config.json', defaults: { affinity: 'left' } },
    })
    expect(problems).toEqual([
      'LEVEL=1,: must be a comma-separated list without empty entries, such as 0,1,2',
      '--duration abc: must be a number of seconds above 0, such as 10 (or 500ms, 2m, 1h)',
      'WARMUP=x: must be a number of seconds from 0 to 3600, such as 3 (or 500ms, 2m, 1h)',
      '--connections -1: must be a whole number from 1 to 10000, such as 32',
      'rungs.config.json: defaults.affinity left: must be auto, off, or the cores of the generator and of the service, such as 0:1-3 (no core in both)',
      'DATABASE=mydb: must be one of fresh, given',
    ])
    expect(settings.duration).toBe(10)
  })

  it('an empty flag is a mistake, an empty variable is none', () => {
    expect(resolve({ flags: { out: '' } }).problems).toHaveLength(1)
    expect(resolve({ env: { OUT: '', RUNGS_OUT: '' } }).settings.out).toBe('reports')
  })

  it('checks the target against the hosts that are allowed', () => {
    expect(resolve({ env: { TARGET: 'http://a.example' } }).problems).toEqual([
      'TARGET=http://a.example: is not on this machine; if you may load it, add --allow-remote a.example',
    ])
    const allowed = resolve({
      flags: { target: 'http://a.example/', allowRemote: 'b.example,a.example' },
    })
    expect(allowed.problems).toEqual([])
    expect(allowed.settings.target).toBe('http://a.example')
  })

  it('never repeats a password', () => {
    const { problems } = resolve({ flags: { target: 'http://me:secret@localhost' } })
    expect(problems).toEqual([
      expect.stringMatching(/^--target http:\/\/\*\*\*@localhost: must not hold a user/),
    ])
  })

  it('refuses a CPU quota for the workers of a target, unless it is only a default of the file', () => {
    const target = 'http://localhost:1'
    expect(resolve({ flags: { target, workerCpus: '0.1' } }).problems).toEqual([
      '--target http://localhost:1 and --worker-cpus 0.1: rungs limits only workers that it starts; leave one of them out',
    ])
    const file = { name: 'rungs.config.ts', defaults: { workerCpus: 0.1 } }
    expect(resolve({ flags: { target }, file }).problems).toEqual([])
  })

  it('refuses a target together with a level, unless the level is only a default of the file', () => {
    const target = 'http://localhost:1'
    expect(resolve({ flags: { target, level: '1' } }).problems).toEqual([
      '--target http://localhost:1 and --level 1: give one of them; a target is loaded as it runs',
    ])
    const file = { name: 'rungs.config.ts', defaults: { level: 1 } }
    expect(resolve({ flags: { target }, file }).problems).toEqual([])
  })

  it('refuses more generators than connections', () => {
    expect(resolve({ flags: { generators: '4', connections: '3' } }).problems).toEqual([
      '--generators 4: must not be more than the connections, which are 3',
    ])
    expect(resolve({ flags: { generators: '3', connections: '3' } }).problems).toEqual([])
  })
})

describe('settingRows', () => {
  it('has a readable row for every setting', () => {
    const rows = settingRows(resolve({ flags: { duration: '1m' }, env: { WORKERS: '4' } }))
    expect(rows.map(({ setting }) => setting)).toEqual(SETTING_NAMES)
    expect(rows).toContainEqual({ setting: 'duration', value: '60 s', source: 'flag' })
    expect(rows).toContainEqual({ setting: 'workers', value: '4', source: 'environment WORKERS' })
    expect(rows).toContainEqual({
      setting: 'connections',
      value: "the scenario's own, else 32",
      source: 'default',
    })
    expect(rows.every(({ value }) => value !== '')).toBe(true)
  })

  it('shows a seed only where one was given, since a run draws its own otherwise', () => {
    const seedOf = (from: Partial<SettingSources>) =>
      settingRows(resolve(from)).find(({ setting }) => setting === 'seed')?.value
    expect(seedOf({})).toBe('random')
    expect(seedOf({ flags: { seed: '0' } })).toBe('0')
  })
})

describe('the table of settings', () => {
  it('has a flag and a prefixed variable each, none twice', () => {
    const flags = SETTING_NAMES.map((name) => SETTINGS[name].flag)
    const variables = SETTING_NAMES.flatMap((name) => SETTINGS[name].env)
    expect(new Set(flags).size).toBe(flags.length)
    expect(new Set(variables).size).toBe(variables.length)
    for (const name of SETTING_NAMES) expect(SETTINGS[name].env[0]).toMatch(/^RUNGS_/)
  })

  it('covers every default that a file may give', () => {
    const keys = SETTING_NAMES.map((name) => SETTINGS[name].key).filter((key) => key !== null)
    expect(keys.sort()).toEqual(Object.keys(ConfigDefaults.properties).sort())
  })

  it('has the ranges of the schema', () => {
    for (const name of SETTING_NAMES) {
      const { key, parse } = SETTINGS[name]
      const { type, maximum } = (key ? ConfigDefaults.properties[key] : {}) as {
        type?: string
        maximum?: number
      }
      if (type !== 'integer' && type !== 'number') continue
      expect(maximum, name).toBeDefined()
      for (const value of [0, 1, 0.5, maximum ?? 0, (maximum ?? 0) + 1]) {
        const fits = problemsOf(ConfigDefaults, { [key as string]: value }).length === 0
        expect('value' in parse(String(value)), `${name} ${value}`).toBe(fits)
      }
    }
  })
})

describe('loadOf', () => {
  const load = { connections: 4, timeoutSeconds: 2 }

  it("takes the scenario's own where nothing was set", () => {
    expect(loadOf({ load }, resolve())).toEqual({ connections: 4, timeoutSeconds: 2 })
    expect(loadOf({}, resolve())).toEqual({ connections: 32, timeoutSeconds: 10 })
  })

  it('what was set goes before it', () => {
    const set = resolve({ flags: { connections: '7' }, env: { TIMEOUT: '10' } })
    expect(loadOf({ load }, set)).toEqual({ connections: 7, timeoutSeconds: 10 })
  })
})
