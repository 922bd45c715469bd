import type { RungsConfig } from './config.js'
import type { Level } from './plan/level.js'
import type { ExtendingLevel, LevelDeclaration } from './plan/level-declaration.js'
import type { Scenario } from './plan/scenario.js'

export type { RungsConfig } from './config.js'
export type { Claim } from './plan/claim.js'
export type { Backend, Command, Level, ProcessSpec } from './plan/level.js'
export type { ExtendingLevel } from './plan/level-declaration.js'
export type { RequestSpec, Scenario, SetupApi, VariableSpec, Variables } from './plan/scenario.js'

/** Types a level declaration; gives it back unchanged. What is wrong in it is told when the catalogue reads it. */
export function defineLevel(level: ExtendingLevel): ExtendingLevel
export function defineLevel(level: Level): Level
export function defineLevel(level: LevelDeclaration): LevelDeclaration {
  return level
}

/** Types a scenario declaration; gives it back unchanged. */
export function defineScenario(scenario: Scenario): Scenario {
  return scenario
}

/** Types a `rungs.config.ts`; gives it back unchanged. */
export function defineConfig(config: RungsConfig): RungsConfig {
  return config
}
