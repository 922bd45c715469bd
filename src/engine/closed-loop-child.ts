import type { LoadPlan } from '../model/load-plan.js'
import { Generator } from './generator.js'
import { serveGenerator } from './generator-child.js'
import type { GeneratorResult } from './generator-messages.js'

/** A generator process of the closed loop. */
serveGenerator<LoadPlan, GeneratorResult>((assignment, events) => new Generator(assignment, events))
