import type { LoadPlan, OpenLoadPlan } from '../../model/plan/load-plan.js'
import type { Assignment, GeneratorResult, OpenGeneratorResult } from '../process/generator-messages.js'

/** Two loads of one kind, in one process. */
interface DuetPlan<Plan> {
  readonly cpus?: readonly number[]
  readonly arms: readonly [Assignment<Plan>, Assignment<Plan>]
}

export type ClosedDuetPlan = DuetPlan<LoadPlan>
export type OpenDuetPlan = DuetPlan<OpenLoadPlan>

/** What became of both, in the order of the plan. `restSeconds` of each are all its seconds. */
export interface DuetResult {
  readonly arms: readonly [GeneratorResult | OpenGeneratorResult, GeneratorResult | OpenGeneratorResult]
  /** Empty: they are the arms'. */
  readonly restSeconds: readonly never[]
}
