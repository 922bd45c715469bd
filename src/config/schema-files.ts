import { Type } from 'typebox'
import { RungsConfig } from '../model/config.js'
import { Scenario } from '../model/plan/scenario.js'
import { Run } from '../model/run/run.js'
import { Calibration } from '../model/studies/calibration.js'
import { CapacityResult } from '../model/studies/capacity.js'
import { GateResult } from '../model/studies/gate.js'
import { GateBaseline } from '../model/studies/gate-baseline.js'
import { HistoryEntry } from '../model/studies/gate-history.js'
import { Ladder } from '../model/studies/ladder.js'
import { Summary } from '../model/studies/summary.js'
import { TuneResult } from '../model/studies/tune.js'

/** typebox writes tuples and patterns in the way of this draft. */
const DRAFT = 'http://json-schema.org/draft-07/schema#'

const ScenarioFile = Type.Object(
  { $schema: Type.Optional(Type.String()), ...Scenario.properties },
  {
    $id: 'https://rungs.dev/schemas/scenario-1.json',
    title: 'rungs scenario',
    additionalProperties: false,
  },
)

/** The published schemas: file name to its text, generated from the types that rungs itself checks by. */
export function schemaFiles(): Record<string, string> {
  const schemas = {
    'run-1.json': Run,
    'config-1.json': RungsConfig,
    'scenario-1.json': ScenarioFile,
    'calibration-1.json': Calibration,
    'capacity-1.json': CapacityResult,
    'ladder-1.json': Ladder,
    'tune-1.json': TuneResult,
    'gate-1.json': GateResult,
    'history-1.json': HistoryEntry,
    'baseline-1.json': GateBaseline,
    'summary-1.json': Summary,
  }
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      `${JSON.stringify({ $schema: DRAFT, ...schema }, withoutBigints, 2)}\n`,
    ]),
  )
}

/** JSON has one kind of number: a bigint is what TypeScript may write for one. */
function withoutBigints(key: string, value: unknown): unknown {
  if (key !== 'anyOf' || !Array.isArray(value)) return value
  return value.filter((branch: { type?: string }) => branch.type !== 'bigint')
}
