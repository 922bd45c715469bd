// What `rungs gate` wires together, for two folders that are built already: its own functions from dist, no copies.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gateArmOf, levelIn } from '../../dist/src/cli/gate/gate-arms.js'
import { gateSettingsOf, readGate } from '../../dist/src/cli/gate/gate-plan.js'
import { affinityOn, planLevelAlone, plannedScenarios } from '../../dist/src/cli/plan/plan-run.js'
import { makeOutput } from '../../dist/src/cli/terminal/output.js'
import { thisMachine } from '../../dist/src/cli/world/surroundings.js'
import { inWorld } from '../../dist/src/cli/world/world.js'
import { beginRecord } from '../../dist/src/model/run/record.js'
import { GateResult } from '../../dist/src/model/studies/gate.js'
import { REPOSITORY } from './arms.mjs'

/** So that the rules never end a campaign before its blocks are measured. */
const NEVER = { looks: [1_000_000], earlyLooks: [], budgetSeconds: 1e9 }

const SIDES = ['base', 'head']

/**
 * Gives `use` everything for measuring; whatever ends it, nothing is left behind.
 * @param dirs the folders of base and head; `flags` as of `rungs gate`
 */
export async function withWiring({ dirs, flags }, use) {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'))
  const invocation = {
    flags: { ...flags, base: dirs.base, head: dirs.head },
    args: [],
    output: makeOutput({ quiet: true }),
    version,
    env: process.env,
    cwd: REPOSITORY,
  }
  const reading = await readGate(invocation, null)
  const settings = { ...gateSettingsOf(reading, false), ...NEVER }
  const arms = {}
  for (const side of SIDES) {
    const origin = reading.origins[side]
    arms[side] = { side, origin, title: side, dir: dirs[side], digest: null, builtBy: [], cached: true }
  }
  const around = thisMachine(process.env)
  const onSignal = (name) => console.error(`${name}: stopping; finished blocks are kept`)
  return await inWorld(invocation, onSignal, (world) =>
    use({ invocation, reading, settings, arms, around, world }),
  )
}

/** A gate's result to go on from: as `rungs gate` begins one. */
export function resultOf({ invocation, settings, arms, around }, blocks) {
  return {
    ...beginRecord(GateResult, {
      tool: { name: 'rungs', version: invocation.version },
      id: 'campaign',
      startedAt: new Date().toISOString(),
      machine: around.machine,
      warnings: [],
    }),
    base: gateArmOf('base', arms.base),
    head: gateArmOf('head', arms.head),
    settings,
    blocks,
    decision: null,
  }
}

/** Where `rungs gate` would wire the parts of a block itself: a boot of either side, scenarios, cores. */
export function openBoot({ reading, arms, around, world: { lease, signal, boots } }) {
  const { settings } = reading.plan.configuration
  const { split, reason } = affinityOn(around, settings.affinity)
  if (!split) console.error(reason)
  const boot = boots({
    logDir: join(lease.tempDir, 'logs'),
    database: settings.database,
    cpus: split?.service,
  })
  return {
    generatorCpus: split?.generator ?? null,
    scenarios: plannedScenarios(reading.plan),
    boot(side, label) {
      const entry = levelIn(reading.plan.levels[0], side, arms[side].dir, reading.projectDir)
      return boot(planLevelAlone(entry, settings.workers, around, split), label, signal)
    },
  }
}
