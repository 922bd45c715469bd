// What `rungs gate` wires together, for two folders that are built already: its own functions from dist, no copies.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gateArmOf, levelIn } from '../../dist/src/cli/gate/gate-arms.js'
import { gateSettingsOf, readGate } from '../../dist/src/cli/gate/gate-plan.js'
import { planLevel, workersOf } from '../../dist/src/cli/plan/plan-run.js'
import { makeOutput } from '../../dist/src/cli/terminal/output.js'
import { makeBoot } from '../../dist/src/cli/world/boot.js'
import { listenForInterrupt } from '../../dist/src/cli/world/interrupt.js'
import { loadOf } from '../../dist/src/config/scenario-load.js'
import { launchLevel } from '../../dist/src/launch/launch-level.js'
import { openLease } from '../../dist/src/launch/lease/lease.js'
import { splitCores } from '../../dist/src/launch/machine/affinity.js'
import { readCores, usableCores } from '../../dist/src/launch/machine/cores.js'
import { beginRecord } from '../../dist/src/model/run/record.js'
import { GateResult } from '../../dist/src/model/studies/gate.js'
import { describeMachine } from '../../dist/src/observe/machine.js'
import { hasTaskset } from '../../dist/src/services/support/pinned.js'
import { REPOSITORY } from './arms.mjs'

/** So that the rules never end a campaign before its blocks are measured. */
const NEVER = { looks: [1_000_000], earlyLooks: [], budgetSeconds: 1e9 }

const SIDES = ['base', 'head']

/**
 * Everything for measuring, of which `close` leaves nothing behind.
 * @param dirs the folders of base and head; `flags` as of `rungs gate`
 */
export async function openWiring({ dirs, flags }) {
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
  const cores = readCores()
  const interrupt = listenForInterrupt((name) => console.error(`${name}: stopping; finished blocks are kept`))
  const lease = await openLease({ env: process.env })
  return {
    invocation,
    reading,
    settings,
    arms,
    machine: describeMachine({
      usableCores: usableCores(cores),
      memoryLimitBytes: cores.memoryLimitBytes,
    }),
    cores,
    lease,
    signal: interrupt.signal,
    async close() {
      interrupt.dispose()
      for (const line of await lease.release()) console.error(line)
    },
  }
}

/** A gate's result to go on from: as `rungs gate` begins one. */
export function resultOf({ invocation, settings, arms, machine }, blocks) {
  return {
    ...beginRecord(GateResult, {
      tool: { name: 'rungs', version: invocation.version },
      id: 'campaign',
      startedAt: new Date().toISOString(),
      machine,
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
export function openBoot({ reading, arms, cores, lease, signal }) {
  const { settings } = reading.plan.configuration
  const { split, reason } = splitCores(cores.allowed, settings.affinity, hasTaskset(process.env))
  if (!split) console.error(reason)
  const serviceCores = Math.min(split?.service.length ?? cores.allowed.length, usableCores(cores))
  const memory = cores.memoryLimitBytes ?? cores.memoryBytes
  const { boot, stopServices } = makeBoot({
    launch: launchLevel,
    lease,
    logDir: join(lease.tempDir, 'logs'),
    env: process.env,
    database: settings.database,
    ...(split ? { cpus: split.service } : {}),
  })
  return {
    generatorCpus: split?.generator ?? null,
    scenarios: reading.plan.scenarios.map(({ scenario, source, rows }) => ({
      scenario,
      slos: [],
      ...(rows ? { rows } : {}),
      info: {
        name: scenario.name,
        title: scenario.title,
        source,
        ...loadOf(scenario, reading.plan.configuration),
      },
    })),
    boot(side, label) {
      const entry = levelIn(reading.plan.levels[0], side, arms[side].dir, reading.projectDir)
      const workers = workersOf(entry.level, settings.workers, serviceCores, memory)
      return boot(planLevel(entry, workers), label, signal)
    },
    stopServices,
  }
}
