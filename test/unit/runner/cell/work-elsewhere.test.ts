import { expect, it } from 'vitest'
import type { ServerTruth } from '../../../../src/model/run/server-truth.js'
import { tellElsewhere } from '../../../../src/runner/cell/work-elsewhere.js'
import { summarize } from '../../../../src/stats/validity/summarize.js'
import { sampleOf } from '../../stats/validity/sample-fixture.js'

function told(
  cpuUs: number,
  ok: number,
  role: 'web' | 'service' = 'web',
  seenBefore: Partial<ServerTruth> = {},
) {
  const warnings: string[] = []
  const server: ServerTruth = {
    usage: [{ name: 'web', role, processes: 1, cpuUs, rssPeakBytes: 1 }],
    workers: null,
    stealShare: 0,
    busyShare: 0.9,
    othersShare: 0.69,
    observerCpuUs: 0,
    ...seenBefore,
  }
  const sample = sampleOf({ counts: { ...sampleOf().counts, sent: ok, ok } })
  const seen = tellElsewhere(server, sample, (text) => warnings.push(text))
  return { seen, warnings, summary: summarize(sample, seen) }
}

it('sees that others do the work, and calls them neither free nor foreign', () => {
  const { seen, warnings, summary } = told(10_000, 5_700)
  expect(seen).toMatchObject({ elsewhere: true, othersShare: null })
  expect(summary).toMatchObject({ cpuPerRequestUs: null, rssPeakBytes: null })
  expect(warnings).toEqual([
    expect.stringMatching(/1\.8 µs of CPU a request.*"elsewhere".*control "processes"/),
  ])
})

it('believes the watch that saw others listen, however much CPU its own processes used', () => {
  const { seen, warnings, summary } = told(60_000, 500, 'web', { elsewhere: true })
  expect(seen).toMatchObject({ elsewhere: true, othersShare: null })
  expect(summary).toMatchObject({ cpuPerRequestUs: null })
  expect(warnings).toEqual([expect.stringMatching(/^none of the level's own processes listens at its port/)])
})

it.each([
  ['a service that works itself', 60_000, 5_700, 'web'],
  ['too few requests to tell', 0, 900, 'web'],
  ['a level of which nothing is watched but its database', 0, 5_700, 'service'],
] as const)('leaves %s as it is', (_, cpuUs, ok, role) => {
  const { seen, warnings } = told(cpuUs, ok, role)
  expect(seen).toMatchObject({ othersShare: 0.69 })
  expect(seen.elsewhere).toBeUndefined()
  expect(warnings).toEqual([])
})
