// From the raw blocks to the tables of README.md.
//   node bench/gate/evaluate.mjs [--decisions 1000] [--draw with|without|windows] [--seed 1] [--budgets 180,300]
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { differencesOf, logRatiosOf } from '../../dist/src/gate/block-figures.js'
import { GATE_DEFAULTS } from '../../dist/src/model/studies/gate-defaults.js'
import { median, quantile } from '../../dist/src/stats/estimate/intervals.js'
import { CASES, caseOf } from './cases.mjs'
import { COMPLETE_RUNS, DATA, readBlocks, readLines, TRUTHS } from './data-files.mjs'
import { DRAWS, decisionsOn, disjointDecisions } from './decisions.mjs'
import { estimateRows, truthRows } from './estimates.mjs'
import { peerRows } from './peer-rows.mjs'
import { share, slowdown, table } from './tables.mjs'

const { values } = parseArgs({
  options: {
    decisions: { type: 'string', default: '1000' },
    draw: { type: 'string', default: 'with' },
    seed: { type: 'string', default: '1' },
    budgets: { type: 'string', default: '180,300' },
  },
})
if (DRAWS[values.draw] === undefined)
  throw new Error(`--draw ${values.draw}: is none of with, without, windows`)
const drawing = { count: Number(values.decisions), draw: values.draw, seed: Number(values.seed) }

/** The rules of a real gate: those of the batch, but for what kept the campaign from ending. */
const { looks: LOOKS, earlyLooks: EARLY_LOOKS } = GATE_DEFAULTS
const BUDGETS = values.budgets.split(',').map(Number)

const measured = (mode) =>
  readdirSync(DATA)
    .filter((file) => file.endsWith(`.${mode}.jsonl`))
    .map((file) => file.slice(0, -`.${mode}.jsonl`.length))
    .map((key) => ({ key, ...caseOf(key.split('.')[0]), ...readBlocks(key, mode) }))
    .filter(({ blocks }) => blocks.length > 0)
    .sort((a, b) => placeOf(a) - placeOf(b))

function placeOf({ key }) {
  return Object.keys(CASES).indexOf(key.split('.')[0])
}

export function rulesFor({ batches }, budgetSeconds, changes = {}) {
  return { ...batches.at(-1).settings, looks: LOOKS, earlyLooks: EARLY_LOOKS, budgetSeconds, ...changes }
}

const duet = measured('duet')
const inTurn = measured('in-turn')
aboutTheData()
for (const budget of BUDGETS) decisions(budget)
tailOfNoise()
console.log('\n### The injections on a quiet path\n')
console.log(table(...truthRows(readLines(TRUTHS))))
console.log('\n### Estimate against truth\n')
console.log(table(...estimateRows(duet)))
console.log(`\n### Other rules, on runs of ${BUDGETS[0]} s\n`)
console.log(table(...peerRows({ duet, inTurn, rulesFor, seconds: BUDGETS[0], drawing })))
completeRuns()

function aboutTheData() {
  const batches = [...duet, ...inTurn].flatMap(({ batches }) => batches)
  const each = (of) => [...new Set(batches.map(of))].join('; ')
  console.log(
    `${each(({ machine }) => `${machine.cpuModel}, ${machine.usableCores} cores, Node ${machine.node}`)}; commit ${each(({ commit }) => commit.slice(0, 12))}; ${drawing.count} decisions a case, drawn ${drawing.draw === 'windows' ? 'as windows' : `${drawing.draw} replacement`}, seed ${drawing.seed}.`,
  )
}

/** What the early looks assume: how far equal versions lie apart, disturbed blocks included. */
function tailOfNoise() {
  console.log('\n### The tail of noise: blocks of equal versions, disturbed ones included\n')
  const rows = duet
    .filter(({ injection }) => injection === null)
    .flatMap((one) => {
      const { settings } = one.batches.at(-1)
      const begin = Math.log1p(2 * settings.threshold)
      return settings.metrics.map((metric) => {
        const values = logRatiosOf(differencesOf(one.blocks, settings.scenarios[0], metric, settings))
        const beyond = values.filter((value) => value > begin).length
        const [lowest, highest] = [Math.min(...values), Math.max(...values)]
        return [titleOf(one), metric, values.length, beyond, `${slowdown(lowest)} … ${slowdown(highest)}`]
      })
    })
  console.log(table(['case', 'metric', 'blocks', 'slower by twice the threshold', 'from … to'], rows))
}

function decisions(budget) {
  console.log(`\n### Decisions within ${budget} s of measuring\n`)
  const header = [
    'case',
    'blocks (median length)',
    'REGRESS',
    'PASS',
    'INCONCLUSIVE',
    'found by',
    'seconds: median, 90 %',
    'disjoint gates: REGRESS of',
  ]
  const rows = duet.map((one) => {
    const settings = rulesFor(one, budget)
    const all = decisionsOn(one.blocks, settings, drawing)
    const alone = disjointDecisions(one.blocks, settings)
    const is = (verdict) => all.filter((each) => each.verdict === verdict)
    const seconds = all.map((each) => each.seconds)
    return [
      titleOf(one),
      `${one.blocks.length} (${median(one.blocks.map((block) => block.seconds)).toFixed(1)} s)`,
      share(is('regress').length, all.length),
      share(is('pass').length, all.length),
      share(is('inconclusive').length, all.length),
      foundBy(is('regress'), settings.metrics, all),
      all.length === 0 ? '–' : `${Math.round(quantile(seconds, 0.5))}, ${Math.round(quantile(seconds, 0.9))}`,
      `${alone.filter(({ verdict }) => verdict === 'regress').length} of ${alone.length}`,
    ]
  })
  console.log(table(header, rows))
}

/** Shares of the regressions that each metric shows; what could never be tested is named. */
function foundBy(regressions, metrics, all) {
  const words = metrics.map((metric) => {
    if (all.length > 0 && all.every(({ untestable }) => untestable.includes(metric)))
      return `${metric} not testable`
    const hits = regressions.filter(({ slower }) => slower.includes(metric)).length
    return hits === 0 ? '' : `${metric} ${Math.round((100 * hits) / regressions.length)} %`
  })
  return words.filter((word) => word !== '').join(', ') || '–'
}

function titleOf({ key, title }) {
  const [, ...more] = key.split('.')
  return more.length === 0 ? title : `${title} (${more.join(', ')})`
}

function completeRuns() {
  const runs = readLines(COMPLETE_RUNS)
  if (runs.length === 0) return
  const counts = Map.groupBy
    ? Map.groupBy(runs, ({ verdict }) => verdict)
    : runs.reduce((map, run) => map.set(run.verdict, [...(map.get(run.verdict) ?? []), run]), new Map())
  const words = [...counts].map(([verdict, all]) => `${all.length} ${verdict}`).join(', ')
  const regress = runs.filter(({ verdict }) => verdict === 'regress').length
  const seconds = runs.map((run) => run.seconds)
  console.log(
    `\n### Complete runs of \`rungs gate\`, A/A\n\n${runs.length} runs: ${words}; false alarms ${share(regress, runs.length)}; blocks measured in ${Math.round(quantile(seconds, 0.5))} s (median), ${Math.round(Math.max(...seconds))} s (longest).`,
  )
}
