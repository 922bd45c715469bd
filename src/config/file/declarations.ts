import type { TSchema } from 'typebox'
import { ConfigDefaults, RungsConfig } from '../../model/config.js'
import { extendLevels } from '../../model/plan/extend-levels.js'
import { Level, ProcessSpec } from '../../model/plan/level.js'
import { RequestSpec, Scenario } from '../../model/plan/scenario.js'
import { problemsOf } from '../../model/schema/validate.js'
import { levelDuplicates, levelMistakes } from './level-checks.js'
import { scenarioDuplicates, scenarioMistakes } from './scenario-checks.js'

type Data = Record<string, unknown>

const IS_MISSING = /^[^ ]+: is missing;/

/** Everything that is wrong with a configuration, in shape and in sense, one line each. */
export function configProblems(config: unknown): string[] {
  if (!isObject(config)) return problemsOf(RungsConfig, config)
  const levels = listOf(config.levels)
  const scenarios = listOf(config.scenarios)
  const data = {
    ...config,
    // Each is checked by itself, as it is when its base is known.
    ...(Array.isArray(config.levels) ? { levels: [] } : {}),
    ...(Array.isArray(config.scenarios) ? { scenarios: config.scenarios.map(withoutSetup) } : {}),
  }
  return [
    ...problemsOf(RungsConfig, data),
    ...levelProblems(Array.isArray(config.levels) ? config.levels : []),
    ...levelDuplicates(levels),
    ...scenarios.flatMap((scenario, i) => senseProblems(scenario, `scenarios[${i}]`)),
    ...scenarioDuplicates(scenarios),
  ]
}

/** What is wrong with each level once it has what it extends. What is wrong in its base already is told there. */
function levelProblems(declared: readonly unknown[]): string[] {
  const levels = extendLevels(listOf(declared))
  const wrong = levels.map(({ level, isWhole, problem }, i) => {
    const shape = problemsOf(Level, isObject(declared[i]) ? level : declared[i], 'level')
    // Nobody knows what a level lacks whose base is not known.
    const told = isWhole ? shape : shape.filter((text) => !IS_MISSING.test(text))
    return [
      ...(problem === null ? [] : [`level.extends: ${problem}`]),
      ...told,
      ...levelMistakes(soundLevel(level), 'level'),
    ]
  })
  return levels.flatMap(({ base }, i) => {
    const before = base === null ? [] : (wrong[base] ?? [])
    const own = (wrong[i] ?? []).filter((text) => !before.includes(text))
    return own.map((text) => text.replace(/^level/, `levels[${i}]`))
  })
}

/** Of a configuration's defaults, those that have the right shape. */
export function soundDefaults(config: unknown): ConfigDefaults {
  if (!isObject(config) || !isObject(config.defaults)) return {}
  return soundParts(ConfigDefaults.properties, config.defaults)
}

/** Everything that is wrong with one scenario; `where` is put before each path. */
export function scenarioProblems(scenario: unknown, where = ''): string[] {
  const problems = problemsOf(Scenario, withoutSetup(scenario), where)
  return isObject(scenario) ? [...problems, ...senseProblems(scenario, where)] : problems
}

/** `setup` is code, which no schema describes: it is checked by itself. */
function senseProblems(scenario: Data, where: string): string[] {
  const { setup } = scenario
  const problems = scenarioMistakes(soundScenario(scenario), where)
  if (setup === undefined || typeof setup === 'function') return problems
  return [`${where}${where && '.'}setup: must be a function`, ...problems]
}

function withoutSetup(scenario: unknown): unknown {
  if (!isObject(scenario)) return scenario
  const { setup: _, ...data } = scenario
  return data
}

/*
 * What makes no sense is told together with what has the wrong shape. The checks of sense therefore see what is left
 * of a declaration when the parts of the wrong shape are taken out, with something harmless in their place.
 */

function soundLevel(level: Readonly<Data>): Level {
  const processes = listOf(level.processes).map((process, i) => ({
    name: `process-${i}`,
    role: 'web',
    command: 'unknown',
    ...soundParts(ProcessSpec.properties, process),
  }))
  const parts = soundParts(Level.properties, level)
  // Controls of the wrong shape are told by themselves; a promise does not lack them on top.
  if (level.controls !== undefined && parts.controls === undefined) delete parts.promises
  return { name: 'unknown', ...parts, processes } as Level
}

function soundScenario(scenario: Data): Scenario {
  const steps = listOf(scenario.steps).map((step) => {
    const parts = soundParts(RequestSpec.properties, step)
    return { path: '/', ...namesKept('capture', step, parts, 'unknown'), ...parts }
  })
  const parts = soundParts(Scenario.properties, scenario)
  const variables = namesKept('variables', scenario, parts, { uuid: true })
  const setup = scenario.setup === undefined ? {} : { setup: scenario.setup }
  return { name: 'unknown', ...variables, ...parts, ...setup, steps } as Scenario
}

/** Variables of the wrong shape still have their names: what uses them does not lack them on top. */
function namesKept(key: string, from: Data, sound: Data, standIn: unknown): Data {
  const value = from[key]
  if (sound[key] !== undefined || !isObject(value)) return {}
  return { [key]: Object.fromEntries(Object.keys(value).map((name) => [name, standIn])) }
}

function soundParts(schemas: Readonly<Record<string, TSchema>>, value: Readonly<Data>): Data {
  return Object.fromEntries(
    Object.entries(value).filter(([key, part]) => {
      const schema = schemas[key]
      return schema !== undefined && part !== undefined && problemsOf(schema, part).length === 0
    }),
  )
}

/** The entries of a list, one that is no object as an empty one so that the others keep their place. */
function listOf(value: unknown): Data[] {
  return Array.isArray(value) ? value.map((entry) => (isObject(entry) ? entry : {})) : []
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
