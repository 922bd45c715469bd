import { describe, expect, it } from 'vitest'
import { isLatencyMetric, parseSlo } from '../../../../src/model/plan/slo-grammar.js'

describe('parseSlo', () => {
  it.each([
    ['p99<500ms', 'p99', '<', 500_000],
    ['p95<=0.2s', 'p95', '<=', 200_000],
    ['p99.9<1s', 'p99.9', '<', 1_000_000],
    ['p50 < 800us', 'p50', '<', 800],
    ['p90<1.5ms', 'p90', '<', 1_500],
    [' max<2s ', 'max', '<', 2_000_000],
    ['errors<0.1%', 'errors', '<', 0.001],
    ['errors<=0%', 'errors', '<=', 0],
    ['throughput>1000/s', 'throughput', '>', 1_000],
    ['availability>99.9%', 'availability', '>', 0.999],
    ['availability>=100%', 'availability', '>=', 1],
  ])('reads %s', (rule, metric, comparison, limit) => {
    expect(parseSlo(rule)).toEqual({ value: { rule: rule.trim(), metric, comparison, limit } })
  })

  it.each([
    ['errors>1%', "'errors>1%': errors takes < or <= and a share in %, such as errors<0.1%"],
    [
      'throughput<5/s',
      "'throughput<5/s': throughput takes > or >= and a rate in /s, such as throughput>1000/s",
    ],
    ['p99<5%', "'p99<5%': p99 takes < or <= and a time in us, ms or s, such as p99<500ms"],
    ['p99<5', "'p99<5': p99 takes < or <= and a time in us, ms or s, such as p99<500ms"],
    ['p99<5m', "'p99<5m': p99 takes < or <= and a time in us, ms or s, such as p99<500ms"],
    [
      'availability<99%',
      "'availability<99%': availability takes > or >= and a share in %, such as availability>99.9%",
    ],
    [
      'throughput>1000',
      "'throughput>1000': throughput takes > or >= and a rate in /s, such as throughput>1000/s",
    ],
    [
      'p98<1s',
      "'p98<1s': there is no metric p98; there are p50, p90, p95, p99, p99.9, max, errors, throughput, availability",
    ],
    ['p99', "'p99' must be a metric, a comparison and a limit, such as p99<500ms or errors<0.1%"],
    ['p99=1s', "'p99=1s' must be a metric, a comparison and a limit, such as p99<500ms or errors<0.1%"],
    ['p99<0ms', "'p99<0ms': the limit must be above 0, such as p99<500ms"],
    ['errors<0%', "'errors<0%': no share is below 0%; write errors<=0%"],
    ['availability>100%', "'availability>100%': no share is above 100%; write availability>=100%"],
    ['errors<101%', "'errors<101%': a share cannot be above 100%"],
    ['constructor<1s', expect.stringContaining('there is no metric constructor')],
    ['', "'' must be a metric, a comparison and a limit, such as p99<500ms or errors<0.1%"],
  ])('refuses %j with what would suit', (rule, problem) => {
    expect(parseSlo(rule)).toEqual({ problem })
  })

  it('knows which metrics only an open loop can tell', () => {
    expect(isLatencyMetric('p99.9')).toBe(true)
    expect(isLatencyMetric('availability')).toBe(false)
  })
})
