import type { GateErrors } from '../model/studies/gate.js'
import type { ArmRequests, GateBlock } from '../model/studies/gate-block.js'
import { binomialUpperTail, fisherExactGreater } from '../stats/estimate/proportions.js'
import { allLooks, type Rules } from './rules.js'

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
 * Whether head fails more often than base, which is a regression where one of these shows it, at a look:
 * - Fisher's exact test of the requests, without the block that accuses head most: errors come in bursts, and one burst
 *   may hit one version alone.
 * - an exact sign test over the blocks, which no number of bursts deceives, and which takes more of them;
 * - head answers nothing as expected, block after block, while base does.
 * An excess in one block only forbids a pass.
 */
export function judgeErrors(scenario: string, blocks: readonly BlockErrors[], rules: Rules): GateErrors {
  const { base, head } = totalOf(blocks)
  const pValue = excessP(blocks)
  const common = { scenario, base, head, pValue }
  const shown = brokenReason(blocks) ?? excessReason(blocks, rules) ?? signReason(blocks, rules)
  if (shown !== null) return { ...common, verdict: 'regress', reason: shown }
  if (pValue > rules.excessLevel) return { ...common, verdict: 'none', reason: null }
  return { ...common, verdict: 'excess', reason: countsText(blocks) }
}

function brokenReason(blocks: readonly BlockErrors[]): string | null {
  const broken = blocks.filter((block) => answered(block.base) > 0 && isSilent(block.head)).length
  return broken < BROKEN_BLOCKS
    ? null
    : `head answered nothing as expected in ${broken} blocks in which base did`
}

function excessReason(all: readonly BlockErrors[], rules: Rules): string | null {
  const look = allLooks(rules).findLast((n) => n <= all.length)
  if (look === undefined) return null
  const blocks = all.slice(0, look)
  const excess = blocks.map(({ base, head }) => rate(head) - rate(base))
  const worst = excess.indexOf(Math.max(...excess))
  return excessP(blocks.toSpliced(worst, 1)) > rules.errorLevel ? null : countsText(all)
}

function signReason(blocks: readonly BlockErrors[], rules: Rules): string | null {
  const look = rules.looks.findLast((n) => n <= blocks.length)
  if (look === undefined) return null
  const { above, below, p } = signTest(blocks.slice(0, look))
  return p > rules.regressLevel
    ? null
    : `head failed more often than base in ${above} of ${look} blocks, less often in ${below}`
}

function excessP(blocks: readonly BlockErrors[]): number {
  const { base, head } = totalOf(blocks)
  return fisherExactGreater(
    { hits: head.errors, trials: head.requests },
    { hits: base.errors, trials: base.requests },
  )
}

function countsText(blocks: readonly BlockErrors[]): string {
  const { base, head } = totalOf(blocks)
  return `${head.errors} of head's ${head.requests} requests failed, ${base.errors} of base's ${base.requests}`
}

function totalOf(blocks: readonly BlockErrors[]): BlockErrors {
  return { base: total(blocks.map((block) => block.base)), head: total(blocks.map((block) => block.head)) }
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
