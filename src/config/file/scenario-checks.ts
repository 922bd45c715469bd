import type { RequestSpec, Scenario } from '../../model/plan/scenario.js'
import { parseSlo } from '../../model/plan/slo-grammar.js'
import {
  malformedPlaces,
  namesOfStep,
  templateNames,
  unknownTemplateNames,
} from '../../model/plan/template.js'
import { closest } from '../../words/closest.js'
import { headerMistakes } from './header-checks.js'
import { bodyMistakes, roundedNumber } from './plain-bodies.js'

const DOTTED_PATH = /^[^.\s]+(\.[^.\s]+)*$/
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const WITHOUT_BODY = [204, 205, 304]

/** What is wrong with a scenario that its schema cannot say. `where` is put before each path. */
export function scenarioMistakes(scenario: Scenario, where: string): string[] {
  const at = (path: string) => (where === '' ? path : `${where}.${path}`)
  return [
    ...nameMistakes(scenario).map((text) => `${at('name')}: ${text}`),
    ...Object.entries(scenario.variables ?? {}).flatMap(([name, spec]) =>
      'pick' in spec
        ? spec.pick.flatMap((one, i) => roundedNumber(one, at(`variables.${name}.pick[${i}]`)))
        : [],
    ),
    ...Object.entries(scenario.variables ?? {}).flatMap(([name, spec]) =>
      'int' in spec && spec.int[0] > spec.int[1]
        ? [`${at(`variables.${name}`)}.int: must be [lowest, highest], not [${spec.int.join(', ')}]`]
        : [],
    ),
    ...stepsMistakes(scenario, at),
    ...(scenario.variants ?? []).flatMap(({ steps }, i) =>
      stepsMistakes({ ...scenario, steps }, (path) => at(`variants[${i}].${path}`)),
    ),
    ...(scenario.slo ?? []).flatMap((rule, i) => {
      const parsed = parseSlo(rule)
      return 'problem' in parsed ? [`${at(`slo[${i}]`)}: ${parsed.problem}`] : []
    }),
  ]
}

function stepsMistakes(scenario: Scenario, at: (path: string) => string): string[] {
  return [
    ...scenario.steps.flatMap((step, i) => stepMistakes(step, at(`steps[${i}]`))),
    ...weightMistakes(scenario.steps).map((text) => `${at('steps')}: ${text}`),
    ...templateMistakes(scenario, at),
  ]
}

function nameMistakes({ name }: Scenario): string[] {
  if (name === 'all') return ["must not be 'all', which --scenario reads otherwise"]
  if (/[,/\\]|^\.|\.(ts|js|mjs|json)$/.test(name)) {
    return ['must hold no comma or slash and not look like a file, since --scenario reads those otherwise']
  }
  return []
}

function weightMistakes(steps: readonly RequestSpec[]): string[] {
  const drawn = steps.filter(({ first, weight }) => !first || weight !== undefined)
  if (steps.length > 0 && drawn.length === 0) {
    return ['all are first, which are sent once; one must be left to be repeated']
  }
  const weighted = drawn.filter(({ weight }) => weight !== undefined).length
  if (weighted === 0 || weighted === drawn.length) return []
  return ['give a weight to every step that is not first, or to none']
}

function stepMistakes(step: RequestSpec, where: string): string[] {
  const problems: string[] = []
  const { path, headers, body, expect, capture, thinkSeconds } = step
  if (path.startsWith('//'))
    problems.push(`${where}.path: must start with one slash; // would name another host`)
  if (Array.isArray(thinkSeconds) && thinkSeconds[0] > thinkSeconds[1]) {
    problems.push(`${where}.thinkSeconds: must be [shortest, longest], not [${thinkSeconds.join(', ')}]`)
  }
  problems.push(...headerMistakes(headers ?? {}, `${where}.headers`), ...bodyMistakes(body, `${where}.body`))
  for (const [name, dotted] of Object.entries(capture ?? {})) {
    if (!VARIABLE_NAME.test(name)) {
      problems.push(`${where}.capture: '${name}' is no variable name; use letters, digits and underscores`)
    }
    if (!DOTTED_PATH.test(dotted)) problems.push(`${where}.capture.${name}: ${dottedPath(dotted)}`)
  }
  for (const [dotted, value] of Object.entries(expect?.json ?? {})) {
    if (!DOTTED_PATH.test(dotted)) problems.push(`${where}.expect.json: ${dottedPath(dotted)}`)
    problems.push(...roundedNumber(value, `${where}.expect.json.${dotted}`))
  }
  return [...problems, ...expectationMistakes(step, where)]
}

function dottedPath(text: string): string {
  return `${JSON.stringify(text)} must be a dotted path, such as user.roles.0`
}

function expectationMistakes({ method, expect, capture }: RequestSpec, where: string): string[] {
  const problems: string[] = []
  if (expect?.json && Object.keys(expect.json).length === 0) {
    problems.push(`${where}.expect.json: must name a property, or be left out`)
  }
  if (templateNames([expect?.contains, expect?.json]).length > 0) {
    problems.push(`${where}.expect: holds a {{…}}, which is replaced in path, headers and body only`)
  }
  const readsBody = expect?.contains !== undefined || expect?.json !== undefined || capture !== undefined
  const statuses = [expect?.status ?? []].flat()
  if (readsBody && method === 'HEAD') {
    problems.push(`${where}: an answer to HEAD has no body to check or to capture from`)
  } else if (readsBody && statuses.some((status) => WITHOUT_BODY.includes(status))) {
    problems.push(
      `${where}: an answer with status ${statuses.join(' or ')} has no body to check or to capture from`,
    )
  }
  return problems
}

function templateMistakes(scenario: Scenario, at: (path: string) => string): string[] {
  const { steps, variables, setup, data } = scenario
  // What a setup will give is not known before it ran, nor a file's columns before it was read: both are looked at then.
  const open = setup !== undefined || data !== undefined
  const unknown = new Set(open ? [] : unknownTemplateNames(scenario, []))
  const known = [
    ...Object.keys(variables ?? {}),
    ...steps.flatMap(({ capture }) => Object.keys(capture ?? {})),
  ]
  const waiting = open ? new Map<number, string>() : waitingInVain(scenario)
  return steps.flatMap((step, i) => {
    const problems = malformed([step.path, Object.values(step.headers ?? {}), step.body]).map(
      (text) => `${at(`steps[${i}]`)}: ${text} ${whatIsMalformed(text)}, or ${asItIs(text)}`,
    )
    for (const name of namesOfStep(step).filter((one) => unknown.has(one))) {
      const meant = closest(name, known)
      const hint = meant
        ? `; did you mean {{${meant}}}?`
        : `; name it in variables, a capture, setup or data, or ${asItIs(`{{${name}}}`)}`
      problems.push(`${at(`steps[${i}]`)}: nothing sets {{${name}}}${hint}`)
    }
    const name = waiting.get(i)
    if (name)
      problems.push(`${at(`steps[${i}]`)}: needs {{${name}}}, which no step before it can have captured`)
    return problems
  })
}

/** Everything in double braces that a template would have to be, and is not. */
function malformed(value: unknown): string[] {
  if (typeof value === 'string') return malformedPlaces(value)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  return Object.values(value).flatMap(malformed)
}

function whatIsMalformed(text: string): string {
  return /^\{\{\s*\w+\s*\|/.test(text)
    ? 'asks for what there is not; after | there may only be url, as in {{name | url}}'
    : 'holds no variable name; use letters, digits and underscores'
}

function asItIs(text: string): string {
  return `double the braces to send it as it is: {{${text}}}`
}

/** Steps that can never be sent: each captured value that they need comes only from steps that wait themselves. */
function waitingInVain({ steps, variables }: Scenario): Map<number, string> {
  const captured = new Set(steps.flatMap(({ capture }) => Object.keys(capture ?? {})))
  const have = new Set(Object.keys(variables ?? {}))
  const missing = (step: RequestSpec) =>
    namesOfStep(step).find((name) => captured.has(name) && !have.has(name))
  let waiting = steps
  for (let before = -1; before !== waiting.length; ) {
    before = waiting.length
    for (const step of waiting) {
      if (missing(step) === undefined) for (const name of Object.keys(step.capture ?? {})) have.add(name)
    }
    waiting = waiting.filter((step) => missing(step) !== undefined)
  }
  return new Map(waiting.map((step) => [steps.indexOf(step), missing(step) as string]))
}

/** Names that two of the scenarios share. */
export function scenarioDuplicates(scenarios: readonly Partial<Scenario>[]): string[] {
  return scenarios.flatMap(({ name }, i) => {
    const first = scenarios.findIndex((other) => name !== undefined && other.name === name)
    return first >= 0 && first < i
      ? [`scenarios[${i}].name: '${name}' is the name of scenarios[${first}] already`]
      : []
  })
}
