import type { TSchema } from 'typebox'
import { ConfigDefaults, RungsConfig } from '../../model/config.js'
import { Level, ProcessSpec } from '../../model/plan/level.js'
import { RequestSpec, Scenario } from '../../model/plan/scenario.js'
import { problemsOf } from '../../model/schema/validate.js'
import { levelDuplicates, levelMistakes } from './level-checks.js'
import { scenarioDuplicates, scenarioMistakes } from './scenario-checks.js'

type Data = Record<string, unknown>

/** Everything that is wrong with a configuration, in shape and in sense, one line each. */
export function configProblems(config: unknown): string[] {
  if (!isObject(config)) return problemsOf(RungsConfig, config)
  const levels = listOf(config.levels)
  const scenarios = listOf(config.scenarios)
  const data = Array.isArray(config.scenarios)
    ? { ...config, scenarios: config.scenarios.map(withoutSetup) }
    : config
  return [
    ...problemsOf(RungsConfig, data),
    ...levels.flatMap((level, i) => levelMistakes(soundLevel(level), `levels[${i}]`)),
    ...levelDuplicates(levels),
    ...scenarios.flatMap((scenario, i) => senseProblems(scenario, `scenarios[${i}]`)),
    ...scenarioDuplicates(scenarios),
  ]
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

function soundLevel(level: Data): Level {
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

function soundParts(schemas: Readonly<Record<string, TSchema>>, value: Data): Data {
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
