// False alarms and power of other rules, on as long a run as a gate has.
import { median } from '../../dist/src/stats/estimate/intervals.js'
import { randomOf } from '../../dist/src/stats/estimate/random.js'
import { blocksOfBudget, DRAWS, decisionsOn } from './decisions.mjs'
import { interleaved, oneAfterTheOther, PEERS } from './peers.mjs'
import { share } from './tables.mjs'

/** Metrics of blocks without latency. */
const COST = { metrics: ['throughput', 'cpu'] }

/** Header and rows: a column for each case measured in turn, a row for each rule. */
export function peerRows({ duet, inTurn, rulesFor, seconds, drawing }) {
  const header = ['rule', ...inTurn.map(({ title, blocks }) => `${title} (${blocks.length} blocks)`)]
  const gate = (label, all) => [
    label,
    ...inTurn.map(({ key }) => {
      const one = all.find((each) => each.key === key)
      if (one === undefined) return '–'
      const decisions = decisionsOn(one.blocks, rulesFor(one, seconds, COST), drawing)
      return share(decisions.filter(({ verdict }) => verdict === 'regress').length, decisions.length)
    }),
  ]
  const peers = Object.entries(PEERS).flatMap(([label, rule]) => [
    [`${label}, interleaved`, ...inTurn.map((one) => alarms(one, rule, interleaved, drawing.draw))],
    [`${label}, one after the other`, ...inTurn.map((one) => alarms(one, rule, oneAfterTheOther, 'windows'))],
  ])
  return [
    header,
    [
      gate('rungs gate: duet', duet),
      gate("in turn (ABBA), rungs' own statistic", inTurn),
      ...peers,
      [
        'seconds of a block, median',
        ...inTurn.map(({ blocks }) => median(blocks.map((one) => one.seconds)).toFixed(1)),
      ],
    ],
  ]

  function alarms({ blocks }, rule, armsOf, draw) {
    const random = randomOf(drawing.seed)
    let [hits, trials] = [0, 0]
    for (let i = 0; i < drawing.count; i++) {
      const run = blocksOfBudget(DRAWS[draw](blocks, random), seconds)
      if (run === null || run.length < 2) continue
      trials++
      if (rule(...armsOf(run))) hits++
    }
    return share(hits, trials)
  }
}
