import { Type } from 'typebox'
import { Machine } from '../run/machine.js'
import { Run, RunLevel, RunScenario, RunSettings } from '../run/run.js'
import { NullableString } from '../schema/fields.js'

/** What the result of every search of one level and one scenario says of itself, as a run does. */
export const SearchHead = {
  tool: Run.properties.tool,
  id: Type.String(),
  startedAt: Type.String(),
  finishedAt: NullableString,
  state: Run.properties.state,
  git: Run.properties.git,
  machine: Machine,
  settings: RunSettings,
  level: RunLevel,
  scenario: RunScenario,
}
