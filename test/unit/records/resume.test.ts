import { describe, expect, it } from 'vitest'
import { resumeProblems } from '../../../src/records/resume.js'
import { capacityResult } from '../../helpers/capacity-fixture.js'
import { makeRun } from '../../helpers/run-fixture.js'
import { tuneResult } from '../../helpers/tune-fixture.js'

const run = makeRun({
  id: 'then',
  cells: [
    { level: '0', scenario: 'simple', throughput: 1_000 },
    { level: '1', scenario: 'simple', throughput: 2_000 },
  ],
})

describe('a record that is to go on', () => {
  it('may, where all is as it was, whatever its boots showed and its warnings say', () => {
    const levels = run.levels.map((level) => ({ ...level, bootSeconds: 9, elsewhere: true }))
    expect(resumeProblems(run, { ...run, id: 'now', levels, cells: [], warnings: ['new'] })).toEqual([])
  })

  it('tells everything that differs, each with what it was and what it is', () => {
    const [first, ...rest] = run.levels
    const now = {
      ...run,
      machine: { ...run.machine, cpuModel: 'Other CPU' },
      git: { commit: 'def', branch: null, dirty: false },
      settings: { ...run.settings, durationSeconds: 77, latency: null },
      levels: [{ ...first!, workers: 5 }, ...rest],
      scenarios: run.scenarios.map((scenario) => ({ ...scenario, connections: 9 })),
    }
    const problems = resumeProblems(run, now)
    const about = (text: string) => problems.filter((line) => line.includes(text))
    expect(about('CPU model was ')).toHaveLength(1)
    expect(about(', now def;')).toHaveLength(1)
    expect(about(`durationSeconds was ${run.settings.durationSeconds}, now 77;`)).toHaveLength(1)
    expect(about('latency profile was steady, now none;')).toHaveLength(1)
    expect(about(`level ${first?.key} workers was ${first?.workers}, now 5;`)).toHaveLength(1)
    expect(about(`scenario simple connections was ${run.scenarios[0]?.connections}, now 9;`)).toHaveLength(1)
    for (const line of problems)
      expect(line).toMatch(/^run then: .* was .*, now .*; keep it, or start a new run$/)
  })

  it('misses no level that is gone, and none that is new', () => {
    const fewer = { ...run, levels: run.levels.slice(0, 1), plan: run.plan.slice(0, 1) }
    expect(resumeProblems(run, fewer).join('\n')).toContain('level 1 workers was 2, now none;')
    expect(resumeProblems(fewer, run).join('\n')).toContain('level 1 workers was none, now 2;')
  })

  it('may end a search later, but not search another thing', () => {
    const capacity = capacityResult()
    const longer = { ...capacity.search, mostProbes: 99, start: 1 }
    expect(resumeProblems(capacity, { ...capacity, search: longer })).toEqual([])
    expect(resumeProblems(capacity, { ...capacity, slo: ['p50<1ms'] }).join()).toContain('now p50<1ms;')
    const tuning = tuneResult()
    expect(resumeProblems(tuning, { ...tuning, plan: { ...tuning.plan, budgetSeconds: 9_999 } })).toEqual([])
    expect(resumeProblems(tuning, { ...tuning, plan: { ...tuning.plan, pairs: 99 } }).join()).toContain(
      `pairs was ${tuning.plan.pairs}, now 99; keep it, or start a new tuning`,
    )
  })
})
