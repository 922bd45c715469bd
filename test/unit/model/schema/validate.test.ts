import { type TSchema, Type } from 'typebox'
import { Settings } from 'typebox/system'
import { describe, expect, it } from 'vitest'
import { RungsConfig } from '../../../../src/model/config.js'
import { Level } from '../../../../src/model/plan/level.js'
import { Scenario } from '../../../../src/model/plan/scenario.js'
import { Run } from '../../../../src/model/run/run.js'
import { patternInWords } from '../../../../src/model/schema/schema-words.js'
import { problemsOf } from '../../../../src/model/schema/validate.js'

const level = {
  number: 7,
  name: 'mine',
  title: 'Mine',
  processes: [{ name: 'web', role: 'web', command: 'node', args: ['server.js'] }],
  ready: { path: '/health' },
}

function scenario(step: object, rest: object = {}) {
  return { name: 's', title: 'S', steps: [{ path: '/', ...step }], ...rest }
}

describe('problemsOf', () => {
  it('finds nothing in what fits, properties set to undefined included', () => {
    expect(problemsOf(Level, { ...level, summary: undefined })).toEqual([])
    expect(problemsOf(Scenario, scenario({ method: 'GET', expect: { status: [200, 204] } }))).toEqual([])
  })

  it('names the place as its author wrote it, and the valid options', () => {
    const config = {
      scenarios: [
        scenario({}),
        { name: 't', title: 'T', steps: [{ path: '/' }, { path: 'x', method: 'FETCH' }] },
      ],
    }
    expect(problemsOf(RungsConfig, config)).toEqual([
      'scenarios[1].steps[1].method: must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'scenarios[1].steps[1].path: must start with /',
    ])
  })

  it('puts the given place before the path', () => {
    expect(problemsOf(Level, { ...level, number: -1 }, 'levels[2]')).toEqual([
      'levels[2].number: must be a whole number from 0 to 99',
    ])
    expect(problemsOf(Level, 5, 'levels[2]')).toEqual([
      'levels[2]: must be { number, name, title, processes, ready }',
    ])
  })

  it('quotes a name that is no plain word', () => {
    expect(problemsOf(Scenario, scenario({ headers: { 'a b/c': 1 } }))).toEqual([
      'steps[0].headers["a b/c"]: must be text',
    ])
  })

  it('tells every problem, more than the eight at which typebox stops by itself', () => {
    const steps = Array.from({ length: 30 }, () => ({ path: 'no-slash' }))
    expect(problemsOf(Scenario, { name: 's', title: 'S', steps })).toHaveLength(30)
    expect(Settings.Get().maxErrors).toBe(8)
  })

  it('tells what is missing and what it must be', () => {
    expect(problemsOf(Level, { number: 1, name: 'x', title: 'X', processes: level.processes })).toEqual([
      'ready: is missing; it must be { path }',
    ])
  })

  it('tells an unknown property, with the one that was meant where one is close', () => {
    expect(problemsOf(Scenario, scenario({ mehtod: 'GET' }))).toEqual([
      "steps[0]: unknown property 'mehtod'; did you mean 'method'?",
    ])
    expect(problemsOf(Level, { ...level, ready: { path: '/', zzzzzz: 1 } })).toEqual([
      "ready: unknown property 'zzzzzz'; known are path, timeoutSeconds",
    ])
  })

  it('judges a union by the branch that was meant, without the noise of the others', () => {
    const variables = {
      a: { int: [1, 'x'] },
      b: { pick: [] },
      c: { uid: true },
      d: 7,
      e: { uuid: false },
      f: { int: [1, 2, 3] },
    }
    expect(problemsOf(Scenario, scenario({}, { variables }))).toEqual([
      'variables.a.int[1]: must be a whole number',
      'variables.b.pick: must have one entry or more',
      'variables.c: must be { int }, { pick }, { uuid } or { counter }',
      'variables.d: must be { int }, { pick }, { uuid } or { counter }',
      'variables.e.uuid: must be true',
      'variables.f.int[2]: is one entry too many',
    ])
    expect(problemsOf(Scenario, scenario({ expect: { status: 'ok' } }))).toEqual([
      'steps[0].expect.status: must be a whole number from 100 to 599 or a list',
    ])
    expect(problemsOf(Scenario, scenario({ expect: { status: [200, 99] } }))).toEqual([
      'steps[0].expect.status[1]: must be a whole number from 100 to 599',
    ])
    expect(problemsOf(Level, { ...level, workers: 'many' })).toEqual([
      'workers: must be a whole number of 1 or more or auto',
    ])
  })

  it('refuses a variable whose name no template could hold', () => {
    expect(problemsOf(Scenario, scenario({}, { variables: { 'a-b': { uuid: true } } }))).toEqual([
      "variables: name 'a-b' must be letters, digits and underscores, and not start with a digit",
    ])
  })

  it('picks the branch of a tagged union by its tag', () => {
    const cell = {
      level: '0',
      scenario: 's',
      repeat: 1,
      startedAt: '',
      finishedAt: '',
      outcome: { state: 'skipped', reason: 1, fix: null },
    }
    expect(problemsOf(Run.properties.cells, [cell])).toEqual(['[0].outcome.reason: must be text'])
  })

  it('has words for every pattern of the published schemas', () => {
    for (const pattern of [...patternsOf(RungsConfig), ...patternsOf(Run)]) {
      expect(patternInWords(pattern)).not.toContain(pattern === '^/' ? '^' : pattern)
    }
  })
})

function patternsOf(schema: TSchema): Set<string> {
  const found = new Set<string>()
  JSON.parse(JSON.stringify(schema), (key, value) => {
    if (key === 'pattern' && typeof value === 'string') found.add(value)
    if (key === 'patternProperties') for (const p of Object.keys(value)) if (p !== '^.*$') found.add(p)
    return value
  })
  return found
}

describe('the published contracts', () => {
  it('close every object, so that a typing error is told', () => {
    const open = Type.Object({ a: Type.String() })
    expect(openObjects(open)).toHaveLength(1)
    expect([RungsConfig, Run].flatMap(openObjects)).toEqual([])
  })
})

function openObjects(schema: TSchema): unknown[] {
  const open: unknown[] = []
  JSON.parse(JSON.stringify(schema), (_, value) => {
    if (value?.type === 'object' && value.properties && value.additionalProperties !== false) open.push(value)
    return value
  })
  return open
}
