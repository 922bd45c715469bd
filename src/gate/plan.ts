import type { GateSettings } from '../model/studies/gate.js'
import { percentText } from '../words/in-sentences.js'
import { liveLooks, rulesOf, testCount } from './rules.js'

/** What a block costs, in seconds; `setup` is spent once, before the first. */
export interface BlockCost {
  readonly perBlock: number
  readonly setup: number
}

export interface GatePlan {
  /** Blocks that the budget has room for: more than the last look, when some of them may have to be dropped. */
  readonly maxBlocks: number
  /** Looks within them at which a regression can be found, and at which the gate can pass. */
  readonly regressLooks: readonly number[]
  readonly passLooks: readonly number[]
  /** The smallest budget in seconds in which either verdict can be reached; null where no budget is enough. */
  readonly neededSeconds: number | null
  /** Why this gate must not start, a line each. */
  readonly problems: readonly string[]
  /** What should be known before it starts, a line each. */
  readonly notes: readonly string[]
}

/** What a gate can reach within its budget, known before its first block. */
export function planGate(settings: GateSettings, cost: BlockCost): GatePlan {
  const rules = rulesOf(settings)
  const maxBlocks = blocksWithin(settings.budgetSeconds, cost)
  const regress = liveLooks(rules.looks, rules.regressLevel)
  const pass = liveLooks(rules.looks, rules.passLevel)
  const [firstRegress, firstPass] = [regress[0], pass[0]]
  const needed =
    firstRegress === undefined || firstPass === undefined ? null : Math.max(firstRegress, firstPass)
  const neededSeconds = needed === null ? null : Math.ceil(cost.setup + needed * cost.perBlock)
  const within = (look: number) => look <= maxBlocks
  return {
    maxBlocks,
    regressLooks: regress.filter(within),
    passLooks: pass.filter(within),
    neededSeconds,
    problems: [
      ...settingProblems(settings),
      ...unreachable(settings, neededSeconds),
      ...tooShort(settings, cost, needed, neededSeconds, maxBlocks),
    ],
    notes: rules.looks
      .filter((look) => within(look) && !regress.includes(look))
      .map((look) => deadLook(look, settings, rules.regressLevel)),
  }
}

/** Whole blocks that fit into so many seconds. */
export function blocksWithin(seconds: number, { perBlock, setup }: BlockCost): number {
  return Math.max(0, Math.floor((seconds - setup) / perBlock))
}

/** What a schema cannot say about settings. */
function settingProblems({ looks, noiseFloor, threshold }: GateSettings): string[] {
  const problems: string[] = []
  if (looks.some((look, i) => look <= (looks[i - 1] ?? 0))) {
    problems.push(`looks: ${looks.join(', ')}: must ascend`)
  }
  if (noiseFloor >= threshold) {
    problems.push(
      `threshold: ${percentText(threshold)} must be above the noise floor of ${percentText(noiseFloor)}; raise the one or lower the other`,
    )
  }
  return problems
}

function unreachable(settings: GateSettings, neededSeconds: number | null): string[] {
  if (neededSeconds !== null) return []
  const { alpha, beta, looks } = settings
  return [
    `alpha: ${alpha} (beta ${beta}) over ${testCount(settings)} tests and ${looks.length} looks: even ${looks.at(-1)} blocks that all agree are no proof; take fewer scenarios or metrics, or a larger alpha`,
  ]
}

function tooShort(
  { budgetSeconds }: GateSettings,
  { perBlock }: BlockCost,
  needed: number | null,
  neededSeconds: number | null,
  maxBlocks: number,
): string[] {
  if (needed === null || neededSeconds === null || maxBlocks >= needed) return []
  return [
    `budget: ${budgetSeconds} s is room for ${maxBlocks} blocks of ${Math.round(perBlock)} s, but it takes ${needed} to tell a regression from chance; give it ${neededSeconds} s`,
  ]
}

function deadLook(look: number, settings: GateSettings, level: number): string {
  return `after ${look} blocks the gate can pass, but not find a regression: with ${testCount(settings)} tests it takes a chance below ${level.toPrecision(2)}, and ${look} blocks that all agree have ${(2 ** -look).toPrecision(2)}`
}
