// Collects raw blocks, one file a case, block by block; goes on where it was ended.
//   node bench/gate/campaign.mjs --prepare
//   node bench/gate/campaign.mjs --case aa --blocks 12 [--mode in-turn] [--scenario simple] [--level 0]
import { parseArgs } from 'node:util'
import { codeCommit, injectedArm, prepareCheckouts } from './arms.mjs'
import { startBackground } from './background.mjs'
import { injectionOf } from './calibration.mjs'
import { CASES, caseOf } from './cases.mjs'
import { append, blocksFile, readBlocks } from './data-files.mjs'
import { measureDuetBlocks } from './duet-blocks.mjs'
import { measureInTurnBlocks } from './in-turn-blocks.mjs'
import { withWiring } from './wiring.mjs'

const MODES = { duet: measureDuetBlocks, 'in-turn': measureInTurnBlocks, abba: measureInTurnBlocks }

const { values } = parseArgs({
  options: {
    prepare: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    case: { type: 'string' },
    mode: { type: 'string', default: 'duet' },
    blocks: { type: 'string', default: '12' },
    scenario: { type: 'string', default: 'simple' },
    level: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
})

if (values.list) {
  for (const [name, { title }] of Object.entries(CASES)) console.log(`${name.padEnd(12)}${title}`)
} else {
  const dirs = prepareCheckouts()
  if (!values.prepare) await collect(dirs)
}

async function collect(dirs) {
  const { level, scenario, seed } = values
  const name = values.case ?? 'aa'
  const { injection: declared, background, gate = {} } = caseOf(name)
  const mode = values.mode === 'abba' ? 'in-turn' : values.mode
  const measure = MODES[mode]
  if (measure === undefined) throw new Error(`--mode ${mode}: is neither duet nor in-turn`)
  const count = Number(values.blocks)
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`--blocks ${values.blocks}: must be a number from 1`)

  const injection = declared && injectionOf(name, level, scenario)
  const head = injection === null ? dirs.head : injectedArm(`arm-${name}`, injection)
  const key = fileKey(name, { level, scenario })
  const arms = { dirs: { base: dirs.base, head }, flags: { ...gate, level, scenario, seed } }
  await withWiring(arms, async (wiring) => {
    const { batches, blocks } = readBlocks(key, mode)
    const batch = {
      kind: 'batch',
      case: name,
      mode,
      at: new Date().toISOString(),
      commit: codeCommit(),
      machine: wiring.around.machine,
      settings: wiring.settings,
      injection,
      background: background ?? null,
    }
    refuseOther(batches.at(-1), batch, blocksFile(key, mode))
    append(blocksFile(key, mode), batch)
    const endBackground = startBackground(background)
    try {
      await measure(wiring, blocks, count, (block) => {
        append(blocksFile(key, mode), { kind: 'block', block })
        console.error(`${key} ${mode}: block ${block.index}, ${block.seconds.toFixed(1)} s`)
      })
    } catch (error) {
      if (!wiring.world.signal.aborted) throw error
    } finally {
      endBackground()
    }
  })
}

/** Level 0 and `simple` need no mention. */
function fileKey(name, { level, scenario }) {
  return `${name}${scenario === 'simple' ? '' : `.${scenario}`}${level === '0' ? '' : `.level${level}`}`
}

/** Blocks of one file are drawn from together: they must have been measured alike. */
function refuseOther(last, batch, file) {
  if (last === undefined) return
  for (const what of ['settings', 'injection', 'background']) {
    if (JSON.stringify(last[what]) === JSON.stringify(batch[what])) continue
    throw new Error(
      `${file}: its blocks were measured with other ${what}: put the file aside, or set RUNGS_CAMPAIGN_DATA`,
    )
  }
}
