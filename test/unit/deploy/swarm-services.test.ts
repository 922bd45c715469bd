import { describe, expect, it } from 'vitest'
import { dockerProblems } from '../../../src/deploy/docker.js'
import { progressOf, readCounts, readServices, type Service } from '../../../src/deploy/swarm-services.js'

const counts = (running: number, wanted = 3) => [{ name: 'shop_web', running, wanted }]

function web(image: string, update?: Service['UpdateStatus']): Service[] {
  const Spec = { Name: 'shop_web', TaskTemplate: { ContainerSpec: { Image: image } } }
  return [update ? { Spec, UpdateStatus: update } : { Spec }]
}

const update = (state: string, startedAt: string, message = '') => ({
  State: state,
  StartedAt: startedAt,
  Message: message,
})

describe('how far a deployment is', () => {
  it('a new service is done when all its tasks run', () => {
    expect(progressOf([], web('app:1'), counts(2))).toEqual({ state: 'waiting', text: 'shop_web 2/3' })
    expect(progressOf([], web('app:1'), counts(3))).toEqual({ state: 'done' })
  })

  it('an update that has not begun yet is not done, although all the old tasks run', () => {
    const before = web('app:1', update('completed', '10:00'))
    expect(progressOf(before, web('app:2', update('completed', '10:00')), counts(3)).state).toBe('waiting')
    expect(progressOf(before, web('app:2', update('updating', '11:00')), counts(3)).state).toBe('waiting')
    expect(progressOf(before, web('app:2', update('completed', '11:00')), counts(3)).state).toBe('done')
  })

  it('without a change there is no update to wait for', () => {
    const before = web('app:1', update('rollback_completed', '10:00'))
    expect(progressOf(before, before, counts(3))).toEqual({ state: 'done' })
  })

  it.each(['rollback_started', 'rollback_completed', 'paused'])('%s is a failure', (state) => {
    const now = web('app:2', update(state, '11:00', 'rollback completed'))
    expect(progressOf(web('app:1'), now, counts(3))).toEqual({
      state: 'failed',
      text: 'shop_web: rollback completed',
    })
  })
})

it('what docker prints is checked', () => {
  expect(readCounts(['shop_web 2/4 (max 1 per node)'])).toEqual(counts(2, 4))
  expect(() => readCounts(['shop_web global'])).toThrow(/no count of tasks/)
  expect(() => readServices('[{"Spec":{}}]')).toThrow(/something else than services/)
})

it('of what docker says, hints at its help are left out', () => {
  const stderr =
    "Error response from daemon: This node is not a swarm manager.\nSee 'docker service --help'.\n"
  expect(dockerProblems(stderr)).toEqual(['This node is not a swarm manager.'])
})
