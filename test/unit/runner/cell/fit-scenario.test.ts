import { describe, expect, it } from 'vitest'
import type { Level } from '../../../../src/model/plan/level.js'
import type { Scenario } from '../../../../src/model/plan/scenario.js'
import type { PlannedScenario } from '../../../../src/runner/cell/booted.js'
import { fitScenario } from '../../../../src/runner/cell/fit-scenario.js'

const steps = [{ path: '/plain' }]

function planned(change: Partial<Scenario>): PlannedScenario {
  const info = { name: 's', title: 's', source: 'built-in', connections: 1, timeoutSeconds: 1 }
  return { info, slos: [], scenario: { name: 's', title: 's', steps, ...change } }
}

function level(services: Level['services']): Level {
  const processes = [{ name: 'app', role: 'web' as const, command: 'node' }]
  return {
    number: 1,
    name: 'one',
    title: 'One',
    processes,
    ready: { path: '/' },
    ...(services ? { services } : {}),
  }
}

const stepsOf = (fitted: ReturnType<typeof fitScenario>) =>
  'state' in fitted ? fitted : fitted.scenario.steps.map(({ path }) => path)

describe('fitScenario', () => {
  it('skips a level that lacks what the scenario needs, and says what', () => {
    expect(fitScenario(planned({ needs: ['postgres', 'redis'] }), level(['postgres']))).toEqual({
      state: 'skipped',
      reason: 'level 1 (one) has no redis, which this scenario needs',
      fix: null,
    })
    expect(fitScenario(planned({ needs: ['redis'] }), level(undefined))).toMatchObject({ state: 'skipped' })
    expect(stepsOf(fitScenario(planned({ needs: ['redis'] }), level(['redis'])))).toEqual(['/plain'])
  })

  it('takes the first variant that fits, else the plain steps', () => {
    const variants = [
      { needs: ['redis' as const, 'nginx' as const], steps: [{ path: '/both' }] },
      { needs: ['redis' as const], steps: [{ path: '/queue' }] },
    ]
    expect(stepsOf(fitScenario(planned({ variants }), level(['postgres'])))).toEqual(['/plain'])
    expect(stepsOf(fitScenario(planned({ variants }), level(['redis', 'postgres'])))).toEqual(['/queue'])
    expect(stepsOf(fitScenario(planned({ variants }), level(['nginx', 'redis'])))).toEqual(['/both'])
  })

  it('sends the plain steps to a service that it knows nothing of', () => {
    expect(stepsOf(fitScenario(planned({ needs: ['redis'] }), null))).toEqual(['/plain'])
  })
})
