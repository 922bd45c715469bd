// Blocks in which the arms are loaded in turn, A B B A …, in slices of a second: what the duet is compared with.
import { createClosedLoop } from '../../dist/src/engine/closed/closed-loop.js'
import { capacityDropReason } from '../../dist/src/gate/block-figures.js'
import { firstArm } from '../../dist/src/gate/resume.js'
import { settle } from '../../dist/src/observe/settle.js'
import { treeCpu } from '../../dist/src/observe/tree-cpu.js'
import { TreeReadings } from '../../dist/src/runner/blocks/duet-slices.js'
import { scenarioValues } from '../../dist/src/runner/cell/scenario-values.js'
import { seedOf } from '../../dist/src/stats/estimate/random.js'
import { summarize } from '../../dist/src/stats/validity/summarize.js'
import { judge } from '../../dist/src/stats/validity/validity.js'
import { openBoot } from './wiring.mjs'

/** Which of the two is loaded in each second: 0 is the one of the coin flip. Four each, drifts cancel. */
const TURNS = [0, 1, 1, 0, 1, 0, 0, 1]

/** Alone on its cores an arm answers as much in it as in the gate's 4 s on shared ones. */
const WARM_UP_SECONDS = 2

/** Counterpart of `measureDuetBlocks`: the same pairs of fresh processes, no latency. */
export async function measureInTurnBlocks(wiring, before, count, onBlock) {
  const parts = openBoot(wiring)
  for (let done = 0; done < count && !wiring.world.signal.aborted; done++) {
    onBlock(await measureBlock(before.length + done + 1, wiring, parts))
  }
}

async function measureBlock(index, wiring, parts) {
  const { settings } = wiring
  const startedAt = new Date().toISOString()
  const began = performance.now()
  const first = firstArm(settings.seed, index)
  const order = first === 'base' ? ['base', 'head'] : ['head', 'base']
  const up = await Promise.all(order.map((side) => parts.boot(side, `${side}${index}`)))
  try {
    const cells = []
    for (const planned of parts.scenarios) {
      const seed = seedOf(settings.seed, index * parts.scenarios.length + cells.length)
      cells.push(await measureCell(up, order, planned, { ...wiring, ...parts, seed }))
    }
    return { index, startedAt, seconds: (performance.now() - began) / 1_000, first, cells, rssBytes: null }
  } finally {
    await Promise.all(up.map((booted) => booted.stop()))
  }
}

async function measureCell(up, order, planned, around) {
  const { settings } = around
  const { signal } = around.world
  const loads = await Promise.all(up.map((booted) => armLoad(booted, planned, around)))
  for (const load of loads) await load(WARM_UP_SECONDS)
  await settle(
    up.flatMap(({ trees }) => trees),
    signal,
  )
  const slices = { base: [], head: [] }
  for (const turn of TURNS) slices[order[turn]].push(await loads[turn](1))
  const judged = [...slices.base, ...slices.head].map(({ sample }) =>
    judge(sample, summarize(sample), { workers: null, stealShare: null }, settings.load.connections),
  )
  const validity = judged.find(({ state }) => state !== 'valid') ?? judged[0]
  const measured = {
    slices: slices.base.map(({ seconds, arm }, i) => ({ seconds, base: arm, head: slices.head[i].arm })),
    base: requestsOf(slices.base),
    head: requestsOf(slices.head),
    validity,
  }
  return {
    scenario: planned.info.name,
    capacity: { ...measured, dropped: capacityDropReason(measured) },
    latency: null,
  }
}

/** A load of one arm alone: of so many seconds, with the CPU time of its process tree. */
export async function armLoad(
  booted,
  planned,
  { world: { signal, lease }, settings, generatorCpus, seed, connections },
) {
  const engine = createClosedLoop()
  const values = await scenarioValues(planned, booted.url, signal)
  const { scenario, info, rows } = planned
  const plan = {
    baseUrl: booted.url,
    steps: scenario.steps,
    variables: scenario.variables ?? {},
    values,
    connections: connections ?? settings.load.connections,
    timeoutSeconds: info.timeoutSeconds,
    generators: 1,
    ...(generatorCpus ? { cpus: generatorCpus } : {}),
    ...(rows ? { rows } : {}),
    seed,
  }
  return async (seconds) => {
    const readings = new TreeReadings([booted, booted], treeCpu)
    try {
      const sample = await engine.run(
        { ...plan, durationSeconds: seconds },
        { signal, env: lease.env, onStart: (atNs) => readings.everySecond(atNs, seconds) },
      )
      signal.throwIfAborted()
      await readings.done()
      const [first, last] = [readings.pairs[0][0], readings.pairs.at(-1)[0]]
      if (first === null || first.pids.join() !== last.pids.join()) {
        throw new Error(`${booted.url}: its processes changed while it was loaded`)
      }
      const cpuNs = Math.round((last.cpuUs - first.cpuUs) * 1_000)
      const arm = { ok: sample.counts.ok, cpuNs }
      return { sample, seconds: sample.durationUs / 1e6, arm, rssBytes: last.rssBytes }
    } finally {
      readings.end()
    }
  }
}

function requestsOf(slices) {
  const sum = (of) => slices.reduce((total, { sample }) => total + of(sample.counts), 0)
  const errors = sum(
    ({ badStatus, badBody, timeout, connectionError }) => badStatus + badBody + timeout + connectionError,
  )
  return { requests: errors + sum(({ ok }) => ok), errors }
}
