import type { GateErrors, GateVerdict } from '../model/studies/gate.js'
import { type BlockErrors, judgeErrors } from './error-test.js'
import { type Test, TestJudge, type TestState } from './judge-test.js'
import { allLooks, type Rules } from './rules.js'

export interface ScenarioErrors {
  readonly scenario: string
  /** Of each block, in order. */
  readonly blocks: readonly BlockErrors[]
}

/** All that a decision rests on. Every test and every scenario's errors have an entry for each block. */
export interface Evidence {
  readonly tests: readonly Test[]
  readonly errors: readonly ScenarioErrors[]
  readonly blocks: number
  /** Further blocks that the budget has room for. */
  readonly left: number
}

export interface Standing {
  /** `open`: another block is to be measured. */
  readonly verdict: GateVerdict | 'open'
  /** After so many blocks; those behind it, if any, were not needed. */
  readonly blocks: number
  /** In the order of the evidence's tests. */
  readonly states: readonly TestState[]
  readonly errors: readonly GateErrors[]
}

/**
 * Goes through the blocks in their order, as the gate itself does, and stops where the gate would have: the same for
 * blocks that come one by one, that were stored, or that were drawn from others.
 */
export function decide(evidence: Evidence, rules: Rules): Standing {
  const judges = evidence.tests.map((test) => new TestJudge(test, rules))
  for (let blocks = 1; blocks < evidence.blocks; blocks++) {
    const standing = standingAfter(blocks, judges, evidence, rules)
    if (isEnd(standing)) return standing
  }
  return standingAfter(evidence.blocks, judges, evidence, rules)
}

/** Whether the gate ended here: with a verdict, or without one although a test could have gone on. */
function isEnd({ verdict, states }: Standing): boolean {
  if (verdict === 'open') return false
  return verdict !== 'inconclusive' || states.some((state) => 'canGoOn' in state && state.canGoOn)
}

function standingAfter(
  blocks: number,
  judges: readonly TestJudge[],
  evidence: Evidence,
  rules: Rules,
): Standing {
  const left = evidence.left + evidence.blocks - blocks
  const states = judges.map((judge) => judge.stateAfter(blocks, left))
  const errors = evidence.errors.map((each) =>
    judgeErrors(each.scenario, each.blocks.slice(0, blocks), rules),
  )
  return {
    verdict: verdictOf(states, errors, errorsMayChange(blocks, left, rules), rules),
    blocks,
    states,
    errors,
  }
}

/** Errors are judged anew, with a chance of a regression, at each look. */
function errorsMayChange(blocks: number, left: number, rules: Rules): boolean {
  return allLooks(rules).some((n) => n > blocks && n <= blocks + left)
}

function verdictOf(
  states: readonly TestState[],
  errors: readonly GateErrors[],
  errorsMayChange: boolean,
  rules: Rules,
): Standing['verdict'] {
  if ([...states, ...errors].some(({ verdict }) => verdict === 'regress')) return 'regress'
  const tested = states.filter(({ verdict }) => verdict !== 'not-testable')
  const isClean = errors.every(({ verdict }) => verdict === 'none')
  if (isClean && tested.length > 0 && tested.every(({ verdict }) => verdict === 'pass')) return 'pass'
  return (!isClean && errorsMayChange) || mayChange(states, rules) ? 'open' : 'inconclusive'
}

/**
 * Whether further blocks may bring a verdict. A test that passes may still regress: while it may, what others cannot
 * tell any more does not end the gate. Once a pass is out of reach, only a sign of a slowdown is worth more blocks; to
 * end without one raises no false alarm.
 */
function mayChange(states: readonly TestState[], rules: Rules): boolean {
  const going = states.filter(
    (state) => (state.verdict === 'open' || state.verdict === 'pass') && state.canGoOn,
  )
  const canPass = states.every((state) => state.verdict !== 'open' || state.canPass)
  return going.some((state) => canPass || isHopeful(state, rules))
}

/** Ahead of its first look by ranks, a test has not had its say. */
function isHopeful(state: TestState, { floor }: Rules): boolean {
  if (state.verdict === 'not-testable') return false
  return state.look === null || state.look.estimate > floor
}
