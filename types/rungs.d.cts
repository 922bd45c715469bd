// What `import … from 'rungs'` means in a TypeScript project on CommonJS; rungs answers that import itself when it runs.
import type { ExtendingLevel, Level, RungsConfig, Scenario } from '../dist/src/model/define.js' with {
  'resolution-mode': 'import',
}

export type {
  Backend,
  Claim,
  Command,
  ExtendingLevel,
  Level,
  ProcessSpec,
  RequestSpec,
  RungsConfig,
  Scenario,
  SetupApi,
  VariableSpec,
  Variables,
} from '../dist/src/model/define.js' with { 'resolution-mode': 'import' }

export declare function defineLevel(level: ExtendingLevel): ExtendingLevel
export declare function defineLevel(level: Level): Level
export declare function defineScenario(scenario: Scenario): Scenario
export declare function defineConfig(config: RungsConfig): RungsConfig
