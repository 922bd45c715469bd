import { describe, expect, it } from 'vitest'
import { GATE_CHOICE_NAMES, GATE_SETTINGS } from '../../../src/config/gate-settings.js'
import { percentage, yesNo } from '../../../src/config/parsers.js'
import { resolveGate } from '../../../src/config/resolve-gate.js'
import { GateDefaults } from '../../../src/model/config.js'
import { GATE_METRICS } from '../../../src/model/studies/gate-defaults.js'

const from = (sources: Partial<Parameters<typeof resolveGate>[0]> = {}) =>
  resolveGate({ flags: {}, env: {}, file: null, ...sources })

describe('resolveGate', () => {
  it('takes the flag before the environment, that before the file, that before what is resumed', () => {
    const file = {
      name: 'rungs.config.ts',
      gate: { base: 'file', threshold: 0.07, slices: 9, metrics: ['cpu' as const] },
    }
    const { choices, sources, problems } = from({
      flags: { base: 'flag' },
      env: { BASE: 'make', THRESHOLD: '3%' },
      file,
      fallback: { slices: 2, warmup: 7 },
    })
    expect(problems).toEqual([])
    expect(choices).toMatchObject({ base: 'flag', threshold: 0.03, slices: 9, metrics: ['cpu'], warmup: 7 })
    expect(sources).toMatchObject({ base: 'flag', threshold: 'environment THRESHOLD', slices: file.name })
    expect(sources.warmup).toBe('default')
  })

  it('has the defaults of the method, and asks for a base', () => {
    const { choices, problems } = from()
    expect(choices).toMatchObject({
      head: '.',
      budget: 300,
      threshold: 0.05,
      alpha: 0.01,
      metrics: GATE_METRICS,
    })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/--base.*such as --base main/)
  })

  it('tells all that is wrong at once, each with how it was written', () => {
    const { problems } = from({
      flags: { base: 'main', budget: '5 hours', metrics: 'cpu,rss', onInconclusive: 'ignore' },
      env: { RUNGS_THRESHOLD: '5', WARMUP: '1.5' },
    })
    expect(problems).toHaveLength(5)
    expect(problems.join('\n')).toMatch(/--budget 5 hours: must be a number of seconds/)
    expect(problems.join('\n')).toMatch(/RUNGS_THRESHOLD=5: must be a percentage .* such as 5%/)
    expect(problems.join('\n')).toMatch(/--metrics cpu,rss: must be a list of throughput, cpu/)
    expect(problems.join('\n')).toMatch(/--on-inconclusive ignore: must be one of fail, warn, pass/)
    expect(problems.join('\n')).toMatch(/WARMUP=1.5: must be whole seconds/)
  })

  it('takes a switch from the command line, make and the file', () => {
    const base = 'main'
    expect(from({ flags: { base, measureIdentical: true } }).choices.measureIdentical).toBe(true)
    expect(from({ flags: { base }, env: { MEASURE_IDENTICAL: 'yes' } }).choices.measureIdentical).toBe(true)
    const file = { name: 'f', gate: { measureIdentical: true } }
    expect(from({ flags: { base }, file }).choices.measureIdentical).toBe(true)
    expect(from({ flags: { base }, env: { MEASURE_IDENTICAL: 'no' }, file }).choices.measureIdentical).toBe(
      false,
    )
  })
})

it('a file can set every choice that names a key, and nothing else names one', () => {
  const keys = GATE_CHOICE_NAMES.flatMap((name) => GATE_SETTINGS[name].key ?? [])
  expect(Object.keys(GateDefaults.properties)).toEqual(expect.arrayContaining(keys))
})

describe('parsers', () => {
  it.each([
    ['5%', 0.05],
    ['0.05', 0.05],
    ['2.5 %', 0.025],
    ['100%', 1],
  ])('percentage %s', (text, value) => {
    expect(percentage({ max: 10, example: '5%' })(text)).toEqual({ value: expect.closeTo(value, 12) })
  })

  it.each(['5', '0', '-1%', '0%', 'x', '1001%', ''])('no percentage: "%s"', (text) => {
    expect(percentage({ max: 10, example: '5%' })(text)).toHaveProperty('problem')
  })

  it('yesNo', () => {
    for (const text of ['yes', 'TRUE', '1', 'on']) expect(yesNo(text)).toEqual({ value: true })
    for (const text of ['no', 'false', '0', 'off']) expect(yesNo(text)).toEqual({ value: false })
    expect(yesNo('maybe')).toHaveProperty('problem')
  })
})
