import type { LoadPlan } from '../../model/plan/load-plan.js'
import { serveGenerator } from '../process/generator-child.js'
import type { GeneratorResult } from '../process/generator-messages.js'
import { Generator } from './generator.js'

/** A generator process of the closed loop. */
serveGenerator<LoadPlan, GeneratorResult>((assignment, events) => new Generator(assignment, events))
