import { PROFILE_BASE } from '../model/plan/profile-base.js'
import { isLatencyMetric } from '../model/plan/slo-grammar.js'
import type { LatencySettings } from './latency-settings.js'

type Name = keyof LatencySettings

/** Where a setting was given: how near (0: the flags; a nearer one goes before a farther one), and how it was written. */
export interface GivenAt {
  readonly nearness: number
  readonly written: string
}

type Given = Readonly<Partial<Record<Name, GivenAt>>>

/** Settings that are being settled; `problems` grows. */
interface Settling {
  readonly settings: { -readonly [K in Name]: LatencySettings[K] }
  readonly given: Given
  readonly problems: string[]
}

/**
 * Settles settings of the open loop that exclude each other. Of two from unlike sources the nearer one stands and the
 * other is put back to its default; two from the same source are a contradiction, which is told.
 */
export function settleLoad(
  from: LatencySettings,
  given: Given,
): { readonly settings: LatencySettings; readonly problems: readonly string[] } {
  const settling: Settling = { settings: { ...from }, given, problems: [] }
  settleLatency(settling)
  settleStages(settling)
  settleShare(settling)
  settleOwnRates(settling)
  return {
    settings: settling.settings,
    problems: [...settling.problems, ...latencyRulesInVain(settling.settings, given)],
  }
}

/** Which of two that were both given stands; null where there is nothing to settle, or they contradict each other. */
function nearer({ given, problems }: Settling, a: Name, b: Name, advice: string): Name | null {
  const [one, other] = [given[a], given[b]]
  if (!one || !other) return null
  if (one.nearness !== other.nearness) return one.nearness < other.nearness ? a : b
  problems.push(`${one.written} and ${other.written}: ${advice}`)
  return null
}

/** Who asks for a load from nearer than it was switched off wants it. */
function settleLatency(settling: Settling): void {
  const { settings } = settling
  if (settings.latency === 'on') return
  for (const name of ['rate', 'share', 'profile', 'stages'] as const) {
    const stands = nearer(
      settling,
      name,
      'latency',
      'give one of them; without latency there is no such load',
    )
    if (stands === name) settings.latency = 'on'
  }
}

/** Stages are a profile of their own, and are given without its name as well. */
function settleStages(settling: Settling): void {
  const { settings, given, problems } = settling
  if (settings.profile === 'stages') {
    if (given.stages) return
    problems.push(`${given.profile?.written}: needs --stages, such as --stages 10s:100,5s:100-500`)
  } else if (settings.stages !== null) {
    const advice = 'give one of them; stages are a profile of their own'
    const stands = given.profile ? nearer(settling, 'stages', 'profile', advice) : 'stages'
    if (stands === 'stages') settings.profile = 'stages'
    else settings.stages = null
  }
}

/** A share excludes a rate, and has no place in a profile that starts from the capacity itself. */
function settleShare(settling: Settling): void {
  const { settings, given, problems } = settling
  const advice = 'give one of them; a rate is not a share of the capacity'
  const stands = nearer(settling, 'rate', 'share', advice)
  if (stands === 'share') settings.rate = null
  if (stands === 'rate' || PROFILE_BASE[settings.profile] === 'share') return
  const [shape, says] =
    settings.profile === 'stages'
      ? (['stages', 'your own stages say how much of the capacity'] as const)
      : (['profile', `a ${settings.profile} has its own shares of the capacity`] as const)
  if (nearer(settling, 'share', shape, `leave the share out; ${says}`) === 'share') {
    problems.push(`${given.share?.written}: ${says}; a share is for steady and soak`)
  }
}

/** Stages in requests per second need no rate on top. */
function settleOwnRates(settling: Settling): void {
  const { settings, given, problems } = settling
  if (settings.stages?.of !== 'rate' || settings.rate === null) return
  if (nearer(settling, 'rate', 'stages', 'give one of them, or the stages in %') === 'rate') {
    const says = 'your own stages are in requests per second already; give them in %'
    problems.push(`${given.rate?.written}: ${says}`)
  }
  settings.rate = null
}

/** Rules on latency that were given with, or nearer than, the wish not to measure it. */
function latencyRulesInVain({ latency, slo }: LatencySettings, given: Given): string[] {
  const rule = slo.find(({ metric }) => isLatencyMetric(metric))
  if (latency === 'on' || !rule || !given.slo || !given.latency) return []
  if (given.slo.nearness > given.latency.nearness) return []
  return [
    `${given.latency.written} and ${rule.rule}: without latency the rule has no data; leave out one of them`,
  ]
}
