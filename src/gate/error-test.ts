import type { GateErrors } from '../model/gate.js'
import type { ArmRequests, GateBlock } from '../model/gate-block.js'
import { binomialUpperTail, fisherExactGreater } from '../stats/proportions.js'
import type { Rules } from './rules.js'

/** One scenario's requests and errors in one block, both phases together. */
export interface BlockErrors {
  readonly base: ArmRequests
  readonly head: ArmRequests
}

/** Blocks in which head answered nothing as expected, and base did: so many are no accident. */
const BROKEN_BLOCKS = 2

/** Of each block, in order; dropped phases count too: an arm that fails is a reason to drop, and must be seen. */
export function errorsOf(blocks: readonly GateBlock[], scenario: string): BlockErrors[] {
  return blocks.map((block) => {
    const cell = block.cells.find((each) => each.scenario === scenario)
    const phases = cell === undefined ? [] : [cell.capacity, ...(cell.latency === null ? [] : [cell.latency])]
    return { base: total(phases.map(({ base }) => base)), head: total(phases.map(({ head }) => head)) }
  })
}

/**
 * Whether head fails more often than base. Errors come in bursts, so that counting requests alone (Fisher) may cry wolf:
 * it forbids a pass, no more. A regression must show in block after block: an exact sign test over the blocks of the
 * last look, at the level of every other test; or head answers nothing at all.
 */
export function judgeErrors(scenario: string, blocks: readonly BlockErrors[], rules: Rules): GateErrors {
  const base = total(blocks.map((block) => block.base))
  const head = total(blocks.map((block) => block.head))
  const pValue = fisherExactGreater(
    { hits: head.errors, trials: head.requests },
    { hits: base.errors, trials: base.requests },
  )
  const common = { scenario, base, head, pValue }
  const broken = blocks.filter((block) => answered(block.base) > 0 && isSilent(block.head)).length
  if (broken >= BROKEN_BLOCKS) {
    const reason = `head answered nothing as expected in ${broken} blocks in which base did`
    return { ...common, verdict: 'regress', reason }
  }
  const look = rules.looks.findLast((n) => n <= blocks.length)
  const shown = look === undefined ? null : signTest(blocks.slice(0, look))
  if (shown !== null && shown.p <= rules.regressLevel) {
    const reason = `head failed more often than base in ${shown.above} of ${look} blocks, less often in ${shown.below}`
    return { ...common, verdict: 'regress', reason }
  }
  if (pValue > rules.excessLevel) return { ...common, verdict: 'none', reason: null }
  const reason = `${head.errors} of head's ${head.requests} requests failed, ${base.errors} of base's ${base.requests}`
  return { ...common, verdict: 'excess', reason }
}

function signTest(blocks: readonly BlockErrors[]): { above: number; below: number; p: number } {
  const signs = blocks.map(({ base, head }) => Math.sign(rate(head) - rate(base)))
  const above = signs.filter((sign) => sign > 0).length
  const below = signs.filter((sign) => sign < 0).length
  return { above, below, p: binomialUpperTail(above, above + below, 0.5) }
}

function total(parts: readonly ArmRequests[]): ArmRequests {
  const sum = (of: (part: ArmRequests) => number) => parts.reduce((all, part) => all + of(part), 0)
  return { requests: sum((part) => part.requests), errors: sum((part) => part.errors) }
}

function rate({ requests, errors }: ArmRequests): number {
  return requests === 0 ? 0 : errors / requests
}

function answered({ requests, errors }: ArmRequests): number {
  return requests - errors
}

function isSilent(arm: ArmRequests): boolean {
  return arm.requests > 0 && answered(arm) === 0
}
