// Gate decisions resampled from blocks: drawn in an order, then judged by the gate's own code at its own looks.
import { decide } from '../../dist/src/gate/decide.js'
import { evidenceOf } from '../../dist/src/gate/decision.js'
import { rulesOf } from '../../dist/src/gate/rules.js'
import { blocksLeft } from '../../dist/src/runner/studies/gate-run.js'
import { intBetween, randomOf } from '../../dist/src/stats/estimate/random.js'

/** How the blocks of a gate are drawn from those of a case; each gives an endless or a finite sequence. */
export const DRAWS = {
  /** Bootstrap: any block at each place. */
  with: function* (blocks, random) {
    for (;;) yield blocks[intBetween(random, 0, blocks.length - 1)]
  },
  /** None twice, in a random order. */
  without: function* (blocks, random) {
    const rest = [...blocks]
    while (rest.length > 0) yield rest.splice(intBetween(random, 0, rest.length - 1), 1)[0]
  },
  /** Neighbours in the order in which they were measured, from a random one on, the first behind the last. */
  windows: function* (blocks, random) {
    const start = intBetween(random, 0, blocks.length - 1)
    for (let i = 0; i < blocks.length; i++) yield blocks[(start + i) % blocks.length]
  },
}

/** The blocks that a gate with this budget has measured by its end, if it comes to no verdict before. */
export function blocksOfBudget(drawn, budgetSeconds) {
  const taken = []
  for (const block of drawn) {
    if (blocksLeft(taken, budgetSeconds, block.seconds) < 1) return taken
    taken.push(block)
  }
  return null
}

/**
 * One decision.
 * @returns `slower`: the tests that found a regression, as `scenario metric`; null where there are too few blocks
 */
export function decideOnce(settings, drawn) {
  const blocks = blocksOfBudget(drawn, settings.budgetSeconds)
  if (blocks === null || blocks.length === 0) return null
  const evidence = evidenceOf(settings, blocks, 0)
  const standing = decide(evidence, rulesOf(settings))
  const found = (what) =>
    standing.states.flatMap((state, i) => (state.verdict === what ? [evidence.tests[i].metric] : []))
  return {
    verdict: standing.verdict === 'open' ? 'inconclusive' : standing.verdict,
    blocks: standing.blocks,
    seconds: blocks.slice(0, standing.blocks).reduce((sum, { seconds }) => sum + seconds, 0),
    slower: found('regress'),
    untestable: found('not-testable'),
  }
}

/** So many decisions on blocks drawn from a case. */
export function decisionsOn(blocks, settings, { count, draw, seed }) {
  const random = randomOf(seed)
  const all = []
  for (let i = 0; i < count; i++) {
    const decision = decideOnce(settings, DRAWS[draw](blocks, random))
    if (decision !== null) all.push(decision)
  }
  return all
}

/** Decisions on neighbouring blocks of which none is in two: fewer, but independent of each other. */
export function disjointDecisions(blocks, settings) {
  const all = []
  for (let rest = blocks; ; ) {
    const decision = decideOnce(settings, rest)
    if (decision === null) return all
    all.push(decision)
    rest = rest.slice(decision.blocks)
  }
}
