// Two measurements of an injection with one service up at a time.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeHistogram } from '../../dist/src/stats/estimate/histogram.js'
import { median } from '../../dist/src/stats/estimate/intervals.js'
import { hodgesLehmann, lowerBound, upperBound, walshAverages } from '../../dist/src/stats/estimate/walsh.js'
import { summarize } from '../../dist/src/stats/validity/summarize.js'
import { armsFolder, injectedArm } from './arms.mjs'
import { readLines } from './data-files.mjs'
import { armLoad } from './in-turn-blocks.mjs'
import { openBoot, withWiring } from './wiring.mjs'

const WINDOW_MS = 8
const WARM_UP_SECONDS = 5
const TAIL = 0.025

/** Hodges–Lehmann estimate and its exact 95 % interval (signed-rank). */
export function centreOf(differences) {
  const averages = walshAverages(differences)
  return {
    estimate: hodgesLehmann(averages),
    low: lowerBound(averages, differences.length, TAIL),
    high: upperBound(averages, differences.length, TAIL),
    n: differences.length,
  }
}

/**
 * The injection on and off in turn, in windows within one process under closed-loop load: what differs between
 * processes (compiled code, memory layout) cannot hide the effect.
 * @returns `cpu`: ln(CPU per request with ÷ without); `baseCpuUs` and `addedUs` per request
 */
export async function measureToggled(injection, flags, seconds) {
  const file = join(armsFolder(), 'windows.jsonl')
  const dir = injectedArm('truth', injection, { windowMs: WINDOW_MS, file })
  await withParts({ base: join(armsFolder(), 'base'), head: dir }, flags, async (wiring, parts) => {
    const up = await parts.boot('head', 'truth')
    try {
      const load = await armLoad(up, parts.scenarios[0], { ...wiring, ...parts, seed: 1 })
      await load(WARM_UP_SECONDS)
      writeFileSync(file, '')
      await load(seconds)
    } finally {
      await up.stop()
    }
  })
  return figuresOf(readLines(file))
}

/** Windows of four, on off off on, of one process; those at the ends of the load, with fewer requests, are left out. */
function figuresOf(windows) {
  const most = Math.max(...windows.map(({ requests }) => requests))
  const fours = new Map()
  for (const each of windows.filter(({ requests }) => requests > most / 4)) {
    const key = `${each.pid} ${Math.floor(each.window / 4)}`
    fours.set(key, [...(fours.get(key) ?? []), each])
  }
  const whole = [...fours.values()].filter(({ length }) => length === 4)
  const logCost = (four, active) => {
    const costs = four.filter((each) => each.active === active).map((each) => each.cpuUs / each.requests)
    return costs.reduce((sum, cost) => sum + Math.log(cost), 0) / costs.length
  }
  const cpu = centreOf(whole.map((four) => logCost(four, true) - logCost(four, false)))
  const baseCpuUs = Math.exp(median(whole.map((four) => logCost(four, false))))
  return { cpu, baseCpuUs, addedUs: baseCpuUs * Math.expm1(cpu.estimate) }
}

/**
 * Base and head alone, a fresh process for each measurement, A B B A …: for what cannot be switched off, and for
 * latency, which is that of one connection.
 * @param seconds in all, of closed-loop load; `rounds` pairs
 */
export async function measureAlone(injection, flags, seconds, rounds) {
  const dirs = { base: join(armsFolder(), 'base'), head: injectedArm('truth', injection) }
  const each = Math.max(1, Math.round(seconds / (2 * rounds)))
  const pairs = []
  await withParts(dirs, flags, async (wiring, parts) => {
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? ['base', 'head'] : ['head', 'base']
      const pair = {}
      for (const side of order) pair[side] = await measureOne(side, round, each, wiring, parts)
      pairs.push(pair)
      process.stderr.write('.')
    }
  })
  process.stderr.write('\n')
  const logRatio = (of) => centreOf(pairs.map(({ base, head }) => Math.log(of(head) / of(base))))
  const difference = (of) => median(pairs.map(({ base, head }) => of(head) - of(base)))
  return {
    cpu: logRatio(({ cpuUs }) => cpuUs),
    throughput: logRatio(({ perSecond }) => 1 / perSecond),
    baseCpuUs: median(pairs.map(({ base }) => base.cpuUs)),
    addedP50Us: difference(({ p50Us }) => p50Us),
    addedMeanUs: difference(({ meanUs }) => meanUs),
    addedRssBytes: difference(({ rssBytes }) => rssBytes),
    rounds: pairs,
  }
}

async function measureOne(side, round, seconds, wiring, parts) {
  const up = await parts.boot(side, `${side}${round}`)
  try {
    const around = { ...wiring, ...parts, seed: round + 1 }
    const load = await armLoad(up, parts.scenarios[0], around)
    await load(WARM_UP_SECONDS)
    const { arm, seconds: lasted, rssBytes } = await load(seconds)
    const alone = await armLoad(up, parts.scenarios[0], { ...around, connections: 1 })
    const { sample } = await alone(seconds)
    const { p50Us, p99Us } = summarize(sample)
    const { mean } = decodeHistogram(sample.histogram)
    return {
      cpuUs: arm.cpuNs / arm.ok / 1_000,
      perSecond: arm.ok / lasted,
      p50Us,
      p99Us,
      meanUs: mean,
      rssBytes,
    }
  } finally {
    await up.stop()
  }
}

async function withParts(dirs, flags, work) {
  await withWiring({ dirs, flags }, (wiring) => work(wiring, openBoot(wiring)))
}
