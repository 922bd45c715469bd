import { describe, expect, it } from 'vitest'
import { configProblems, scenarioProblems } from '../../../../src/config/file/declarations.js'
import { fill } from '../../../../src/launch/placeholders.js'
import type { RequestSpec } from '../../../../src/model/plan/scenario.js'

const level = {
  number: 7,
  name: 'mine',
  title: 'Mine',
  processes: [{ name: 'web', role: 'web', command: 'node', args: ['server.js', '--port', '{port}'] }],
  ready: { path: '/health' },
}

function problemsOfLevel(change: object): string[] {
  return configProblems({ levels: [{ ...level, ...change }] })
}

function problemsOfScenario(steps: Partial<RequestSpec>[], rest: object = {}): string[] {
  const scenario = { name: 's', title: 'S', steps: steps.map((step) => ({ path: '/', ...step })), ...rest }
  return scenarioProblems(scenario)
}

describe('a configuration', () => {
  it('is right when it is empty, or full', () => {
    expect(configProblems({})).toEqual([])
    const scenario = { name: 's', title: 'S', steps: [{ path: '/{{t}}' }], setup: async () => ({ t: 1 }) }
    expect(configProblems({ levels: [level], scenarios: [scenario] })).toEqual([])
  })

  it.each([undefined, null, [], 'x', () => ({})])('must be an object, not %s', (config) => {
    expect(configProblems(config)).toEqual(['must be an object'])
  })

  it('tells what two of its levels or scenarios share', () => {
    const scenario = { name: 's', title: 'S', steps: [{ path: '/' }] }
    expect(configProblems({ levels: [level, level], scenarios: [scenario, scenario] })).toEqual([
      'levels[1].number: 7 is the number of levels[0] already',
      'levels[1].name: mine is the name of levels[0] already',
      "scenarios[1].name: 's' is the name of scenarios[0] already",
    ])
  })

  it('tells mistakes in shape and in sense together, each once', () => {
    const scenario = {
      name: 'a,b',
      title: 'S',
      variables: { id: { int: [1, 'x'] } },
      steps: [{ path: '/{{id}}/{{nothing}}', method: 'FETCH' }, 7],
    }
    expect(configProblems({ scenarios: [scenario], levels: 5 })).toEqual([
      'levels: must be a list',
      'scenarios[0].variables.id.int[1]: must be a whole number',
      'scenarios[0].steps[0].method: must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'scenarios[0].steps[1]: must be { path }',
      'scenarios[0].name: must hold no comma or slash and not look like a file, since --scenario reads those otherwise',
      'scenarios[0].steps[0]: nothing sets {{nothing}}; name it in variables, a capture, setup or data, or double the braces to send it as it is: {{{{nothing}}}}',
    ])
  })

  it('wants a setup that can be called', () => {
    expect(
      configProblems({ scenarios: [{ name: 's', title: 'S', steps: [{ path: '/' }], setup: {} }] }),
    ).toEqual(['scenarios[0].setup: must be a function'])
  })
})

describe('a level', () => {
  it('has a name that --level can tell from a number and from its own words', () => {
    for (const name of ['all', 'lowest', '12']) {
      expect(problemsOfLevel({ name })).toEqual([expect.stringContaining('levels[0].name: must not be')])
    }
  })

  it('has processes of different names, one of which answers', () => {
    const queue = { name: 'jobs', role: 'queue', command: 'node' }
    expect(problemsOfLevel({ processes: [queue, queue] })).toEqual([
      "levels[0].processes[1].name: 'jobs' is the name of processes[0] already",
      'levels[0].processes: one must have the role web or proxy, to answer requests',
    ])
  })

  it('has claims of figures that there are', () => {
    const claim = { text: 'fast', figure: { kind: 'capacity', scenario: 'home' }, bound: { atLeast: 100 } }
    expect(problemsOfLevel({ claims: [claim] })).toEqual([])
    const figure = { kind: 'speed-up', scenario: 'home' }
    expect(
      problemsOfLevel({
        claims: [
          { ...claim, figure },
          { ...claim, bound: { atLeast: 0 } },
        ],
      }),
    ).toEqual([
      'levels[0].claims[0].figure.workers: is missing; it must be a whole number of 1 or more',
      'levels[0].claims[1].bound.atLeast: must be a number above 0',
    ])
  })

  it('keeps promises only with the control that they need', () => {
    const promises = ['recycles-workers', 'reloads-without-loss']
    expect(problemsOfLevel({ promises })).toEqual([
      'levels[0].promises[1]: reloads-without-loss needs controls.reload',
    ])
    expect(problemsOfLevel({ promises, controls: { reload: { command: 'x' } } })).toEqual([])
    expect(problemsOfLevel({ promises, controls: { reload: 1 } })).toEqual([
      'levels[0].controls.reload: must be { command }',
    ])
  })

  it('names only placeholders that exist, wherever they may stand', () => {
    const command = { command: '{prot}', args: ['{port}', '{x.y}'], cwd: '{env.HOME}', env: { A: '{nope}' } }
    expect(problemsOfLevel({ prepare: [command], controls: { status: { command: '{hosts}' } } })).toEqual([
      "levels[0].prepare[0].command: unknown placeholder {prot}; did you mean '{port}'?",
      'levels[0].prepare[0].args[1]: unknown placeholder {x.y}; known are {host}, {port}, {url}, {workers}, {tempDir}, {env.NAME}, {port.NAME}, {secret.NAME} and {postgres.PART}; double the braces to have it as it is: {{x.y}}',
      'levels[0].prepare[0].env.A: unknown placeholder {nope}; known are {host}, {port}, {url}, {workers}, {tempDir}, {env.NAME}, {port.NAME}, {secret.NAME} and {postgres.PART}; double the braces to have it as it is: {{nope}}',
      "levels[0].controls.status.command: unknown placeholder {hosts}; did you mean '{host}'?",
    ])
  })

  it.each([
    '{host}',
    '{port}',
    '{url}',
    '{workers}',
    '{tempDir}',
    '{env.A}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's braces are meant
    '${HOME}',
    '{"a":1}',
    '{nope}',
    '{a.b}',
    '{1}',
  ])('judges the placeholder %s as the launcher will', (text) => {
    const values = { host: 'h', port: 1, url: 'u', workers: 1, tempDir: 't', env: { A: '' } }
    let launches = true
    try {
      fill(text, values, '')
    } catch {
      // Any refusal counts; what it says is the launcher's own test.
      launches = false
    }
    const args = [text]
    expect(problemsOfLevel({ processes: [{ ...level.processes[0], args }] }).length === 0).toBe(launches)
  })
})

describe('a level that extends another', () => {
  const problemsOfLevels = (...levels: object[]) => configProblems({ levels: [level, ...levels] })

  it('says only what differs, in the order of the file or against it', () => {
    expect(problemsOfLevels({ number: 8, name: 'more', extends: 7, workers: 4 })).toEqual([])
    const changed = { number: 8, name: 'more', extends: 'last', processes: [{ name: 'web', args: [] }] }
    expect(problemsOfLevels(changed, { number: 9, name: 'last', extends: 'mine' })).toEqual([])
  })

  it('is told of everything that is wrong with it at once, and of its base’s mistakes at the base alone', () => {
    const base = {
      ...level,
      number: 8,
      name: 'base',
      processes: [{ name: 'web', role: 'wep', command: '{prot}' }],
    }
    const child = {
      ...{ number: 9, name: 'child', extends: 'base', title: null, ready: { path: 'health' }, servces: [] },
      processes: [{ name: 'web', args: ['{hosts}'], count: 0 }],
    }
    expect(problemsOfLevels(base, child)).toEqual([
      'levels[1].processes[0].role: must be one of web, queue, proxy',
      "levels[1].processes[0].command: unknown placeholder {prot}; did you mean '{port}'?",
      'levels[2].title: is missing; it must be text',
      expect.stringMatching(/^levels\[2\]: unknown property 'servces'; did you mean 'services'\?/),
      'levels[2].processes[0].count: must be a whole number of 1 or more',
      'levels[2].ready.path: must start with /',
      "levels[2].processes[0].args[0]: unknown placeholder {hosts}; did you mean '{host}'?",
    ])
  })

  it('needs one that there is, by number or name', () => {
    const of = (base: unknown) =>
      problemsOfLevels({ number: 8, name: 'more', extends: base, promises: ['x'] })
    const promise = expect.stringMatching(/^levels\[1\]\.promises\[0\]: must be one of/)
    expect(of(5)).toEqual(['levels[1].extends: there is no other level 5; choose from 7 (mine)', promise])
    expect(of('supervised')).toEqual([
      'levels[1].extends: there is no other level supervised; choose from 7 (mine)',
      promise,
    ])
    expect(of('mint')).toEqual([
      "levels[1].extends: there is no other level mint; did you mean 'mine'?",
      promise,
    ])
    expect(of(['mine'])).toEqual(['levels[1].extends: must be the number or the name of a level', promise])
  })

  it('cannot go round in a circle', () => {
    expect(problemsOfLevels({ number: 8, name: 'self', extends: 8 })).toEqual([
      'levels[1].extends: a level cannot extend itself',
    ])
    const circle = [
      { number: 1, name: 'a', extends: 'b' },
      { number: 2, name: 'b', extends: 'c' },
      { number: 3, name: 'c', extends: 'b' },
    ]
    expect(configProblems({ levels: circle })).toEqual([
      'levels[2].extends: goes round in a circle: b → c → b',
    ])
  })
})

describe('the placeholders of Postgres', () => {
  const processes = [
    { name: 'web', role: 'web', command: 'x', args: ['{postgres.host}', '{{postgres.user}}'] },
  ]

  it('stand for its parts where the level has one', () => {
    expect(problemsOfLevel({ processes, services: ['postgres'] })).toEqual([])
    expect(problemsOfLevel({ processes, services: ['redis'] })).toEqual([
      'levels[0]: uses {postgres.host} without a Postgres; give it "services": ["postgres"]',
    ])
  })

  it('name parts that there are', () => {
    const wrong = [{ name: 'web', role: 'web', command: '{postgres.hots}' }]
    expect(problemsOfLevel({ processes: wrong, services: ['postgres'] })).toEqual([
      "levels[0].processes[0].command: unknown placeholder {postgres.hots}; did you mean '{postgres.host}'?",
    ])
  })
})

describe('a scenario', () => {
  it('has its three mistakes told at once', () => {
    expect(
      problemsOfScenario([{ path: '//evil.example' }, { path: '/{{x}}', expect: { json: {} } }], {
        variables: { n: { int: [9, 1] } },
      }),
    ).toEqual([
      'variables.n.int: must be [lowest, highest], not [9, 1]',
      'steps[0].path: must start with one slash; // would name another host',
      'steps[1].expect.json: must name a property, or be left out',
      'steps[1]: nothing sets {{x}}; name it in variables, a capture, setup or data, or double the braces to send it as it is: {{{{x}}}}',
    ])
  })

  it('has each of its objectives checked', () => {
    expect(problemsOfScenario([{}], { slo: ['p99<1s', 'errors>1%', 'p98<1s'] })).toEqual([
      expect.stringMatching(/^slo\[1\]: 'errors>1%': errors takes </),
      expect.stringMatching(/^slo\[2\]: 'p98<1s': there is no metric p98/),
    ])
  })

  it('may use the columns of its data, which are looked at when the file is read', () => {
    expect(problemsOfScenario([{ path: '/{{user}}' }], { data: 'users.csv' })).toEqual([])
  })

  it.each(['all', 'a,b', 'a/b', 'a\\b', './a', 'a.ts', 'a.json'])('cannot be called %s', (name) => {
    expect(problemsOfScenario([{}], { name })).toEqual([expect.stringMatching(/^name: must/)])
  })

  it('may use what its variables, its captures and its setup give', () => {
    const steps = [
      { capture: { id: 'id' } },
      { path: '/{{id}}', headers: { a: '{{v}}' }, body: { b: ['{{ id }}'] } },
    ]
    expect(problemsOfScenario(steps, { variables: { v: { uuid: true } } })).toEqual([])
    expect(problemsOfScenario([{ path: '/{{later}}' }], { setup: async () => ({}) })).toEqual([])
  })

  it('is told what it may have meant by a variable', () => {
    expect(problemsOfScenario([{ body: { a: '{{tokn}}' } }, { capture: { token: 'token' } }])).toEqual([
      'steps[0]: nothing sets {{tokn}}; did you mean {{token}}?',
    ])
  })

  it('must not hold braces that look like a variable and are none', () => {
    expect(problemsOfScenario([{ path: '/{{user-id}}', body: { b: ['{{ 1 }}'] } }])).toEqual([
      'steps[0]: {{user-id}} holds no variable name; use letters, digits and underscores, or double the braces to send it as it is: {{{{user-id}}}}',
      'steps[0]: {{ 1 }} holds no variable name; use letters, digits and underscores, or double the braces to send it as it is: {{{{ 1 }}}}',
    ])
    expect(problemsOfScenario([{ path: '/?q={{q | json}}' }])).toEqual([
      expect.stringContaining('after | there may only be url'),
    ])
    expect(problemsOfScenario([{ body: 'Dear {{{{name}}}}, {{{{#each x}}}}' }])).toEqual([])
    expect(problemsOfScenario([{ body: '{"a":{"b":{}}}' }])).toEqual([])
  })

  it('must not wait for a value that only waiting steps capture', () => {
    expect(problemsOfScenario([{ path: '/{{a}}', capture: { a: 'a' } }])).toEqual([
      'steps[0]: needs {{a}}, which no step before it can have captured',
    ])
    const circle = [{ path: '/{{a}}', capture: { b: 'b' } }, { path: '/{{b}}', capture: { a: 'a' } }, {}]
    expect(problemsOfScenario(circle)).toHaveLength(2)
    // Which step comes first does not matter: the engine sends the capturing one before.
    expect(problemsOfScenario([{ path: '/{{a}}' }, { capture: { a: 'a' } }])).toEqual([])
  })

  it('gives a weight to all steps that are drawn, or to none', () => {
    const all = 'steps: give a weight to every step that is not first, or to none'
    expect(problemsOfScenario([{ weight: 1 }, {}])).toEqual([all])
    expect(problemsOfScenario([{ first: true }, { weight: 1 }, { weight: 2 }])).toEqual([])
    expect(problemsOfScenario([{ first: true }, {}])).toEqual([])
    expect(problemsOfScenario([{ first: true }])).toEqual([
      'steps: all are first, which are sent once; one must be left to be repeated',
    ])
  })

  it('has think time as a number or a range', () => {
    expect(problemsOfScenario([{ thinkSeconds: 1.5 }, { thinkSeconds: [0, 3] }])).toEqual([])
    expect(problemsOfScenario([{ thinkSeconds: [3, 1] }])).toEqual([
      'steps[0].thinkSeconds: must be [shortest, longest], not [3, 1]',
    ])
    const ofWrong = (wrong: unknown) => problemsOfScenario([{ thinkSeconds: wrong as number }])
    expect(ofWrong(-1)).toEqual(['steps[0].thinkSeconds: must be a number from 0 to 3600'])
    expect(ofWrong('1s')).toEqual([
      'steps[0].thinkSeconds: must be a number from 0 to 3600 or a list of 2 entries',
    ])
    expect(ofWrong([1])).toEqual(['steps[0].thinkSeconds: must have 2 entries or more'])
    expect(ofWrong([1, 2, 3])).toEqual(['steps[0].thinkSeconds[2]: is one entry too many'])
  })

  it('reads JSON by dotted paths', () => {
    expect(problemsOfScenario([{ expect: { json: { 'a.0.b': 1 } }, capture: { a: 'a.b' } }])).toEqual([])
    expect(
      problemsOfScenario([{ expect: { json: { 'a..b': 1, '': 2 } }, capture: { a: '$ .b', 'b-c': 'b' } }]),
    ).toEqual([
      'steps[0].capture.a: "$ .b" must be a dotted path, such as user.roles.0',
      "steps[0].capture: 'b-c' is no variable name; use letters, digits and underscores",
      'steps[0].expect.json: "a..b" must be a dotted path, such as user.roles.0',
      'steps[0].expect.json: "" must be a dotted path, such as user.roles.0',
    ])
  })

  it('expects a body only where there can be one', () => {
    expect(problemsOfScenario([{ method: 'HEAD', expect: { contains: 'x' } }])).toHaveLength(1)
    expect(problemsOfScenario([{ expect: { status: [204], json: { a: 1 } } }])).toHaveLength(1)
    expect(problemsOfScenario([{ method: 'HEAD', expect: { status: 200 } }])).toEqual([])
  })

  it('expects no template, which nobody would replace', () => {
    expect(
      problemsOfScenario([{ expect: { json: { id: '{{id}}' } } }], { variables: { id: { uuid: true } } }),
    ).toEqual(['steps[0].expect: holds a {{…}}, which is replaced in path, headers and body only'])
  })

  it('sends headers that have a name', () => {
    expect(problemsOfScenario([{ headers: { 'x y': '1', 'x-y': '2' } }])).toEqual([
      'steps[0].headers: "x y" is no header name',
    ])
  })

  it('sends no header that one of the loops cannot, and none twice: all are told', () => {
    const headers = {
      'Keep-Alive': 'timeout=5',
      Expect: '100-continue',
      upgrade: 'h2c',
      Connection: 'upgrade',
    }
    expect(
      problemsOfScenario([{ headers }, { headers: { 'Content-Type': 'a', 'content-type': 'b' } }]),
    ).toEqual([
      'steps[0].headers: Keep-Alive cannot be sent by rungs; leave it out',
      'steps[0].headers: Expect cannot be sent by rungs; leave it out',
      'steps[0].headers: upgrade cannot be sent by rungs; leave it out',
      'steps[0].headers.Connection: must be close or keep-alive, or be left out',
      'steps[1].headers: Content-Type and content-type are one header; keep one of them',
    ])
  })

  it('sends as a body what is text, bytes or JSON, and nothing that would become {} on the way', () => {
    for (const body of ['x', Buffer.from('x'), null, 5, [true], { a: undefined }, Object.create(null)]) {
      expect(problemsOfScenario([{ body }])).toEqual([])
    }
    for (const body of [new FormData(), new Map(), new Set([1]), new Blob(['x']), Promise.resolve()]) {
      const { name } = body.constructor
      expect(problemsOfScenario([{ body }])).toEqual([
        expect.stringMatching(`steps\\[0\\].body: a ${name} cannot`),
      ])
      expect(problemsOfScenario([{ body: { part: [body] } }])).toEqual([
        expect.stringMatching(`steps\\[0\\].body.part\\[0\\]: a ${name} cannot`),
      ])
    }
    expect(problemsOfScenario([{ body: { bytes: Buffer.from('x') } }])).toHaveLength(1)
    expect(problemsOfScenario([{ body: { n: Number.NaN, f() {} } }])).toHaveLength(2)
  })

  it('compares with no number of which the digits are lost already', () => {
    const expecting = (value: never) => problemsOfScenario([{ expect: { json: { id: value } } }])
    expect(expecting((2 ** 53) as never)).toEqual([expect.stringContaining('such as 9007199254740992n')])
    for (const value of [2 ** 53 - 1, 9007199254740993n, 0.1, 1e300, true, null, { exists: false }]) {
      expect(expecting(value as never)).toEqual([])
    }
    expect(expecting({ exist: true } as never)).not.toEqual([])
    const variables = { id: { pick: [1, 2 ** 53] } }
    expect(problemsOfScenario([{ body: { ids: [2 ** 60] } }], { variables })).toEqual([
      expect.stringMatching(/^variables.id.pick\[1\]: .* such as 9007199254740992n$/),
      expect.stringMatching(/^steps\[0\].body.ids\[0\]: .* such as 1152921504606846976n$/),
    ])
  })
})
