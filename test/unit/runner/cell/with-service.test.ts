import { describe, expect, it } from 'vitest'
import { LaunchError, type UnexpectedExit } from '../../../../src/launch/launcher.js'
import type { Booted, PlannedLevel } from '../../../../src/runner/cell/booted.js'
import {
  bootFailure,
  DeathWatch,
  deathText,
  type ServiceParts,
  withService,
} from '../../../../src/runner/cell/with-service.js'
import { UserError } from '../../../../src/words/errors.js'

const planned = { info: { key: '0' } } as unknown as PlannedLevel

/** Services whose boots and stops are written down in order; `boot` may refuse. */
function services(boot: (label: string) => void = () => {}, signal = new AbortController().signal) {
  const log: string[] = []
  const parts: ServiceParts = {
    signal,
    boot: async (_, label) => {
      boot(label)
      log.push(`boot ${label}`)
      return { url: label, warnings: [], stop: async () => void log.push(`stop ${label}`) } as never
    },
    events: {
      onBoot: () => log.push('booting'),
      onReady: (_, url) => log.push(`ready ${url}`),
    },
  }
  return { log, parts }
}

describe('withService', () => {
  it('boots once until the service is dropped, then anew, and stops what is up in the end', async () => {
    const { log, parts } = services()
    await withService(planned, parts, async (service) => {
      expect(service.current).toBeNull()
      expect(await service.up('a')).toBe(await service.up('b'))
      await service.drop()
      expect(service.current).toBeNull()
      await service.up('c')
    })
    const boots = ['a', 'c'].flatMap((label) => [
      'booting',
      `boot ${label}`,
      `ready ${label}`,
      `stop ${label}`,
    ])
    expect(log).toEqual(boots)
  })

  it('stops the service of a use that fails, and boots none that nothing asks for', async () => {
    const { log, parts } = services()
    const failing = withService(planned, parts, async (service) => {
      await service.up('a')
      throw new Error('broken')
    })
    await expect(failing).rejects.toThrow('broken')
    expect(log.at(-1)).toBe('stop a')
    const idle = services()
    await withService(planned, idle.parts, async () => {})
    expect(idle.log).toEqual([])
  })

  it('tells a boot that an interruption ended as the interruption', async () => {
    const interrupt = new AbortController()
    const { parts } = services(() => {
      interrupt.abort(new Error('interrupted'))
      throw new LaunchError('boot', 'ended before it was ready', [])
    }, interrupt.signal)
    await expect(withService(planned, parts, (service) => service.up('a'))).rejects.toThrow('interrupted')
  })
})

describe('bootFailure', () => {
  it('takes a level that does not come up for a finding, with stage and log', () => {
    expect(bootFailure(new LaunchError('prepare', 'no table\nat line 1', ['last words']))).toEqual({
      ...{ state: 'failed', stage: 'prepare', error: 'no table', log: ['last words'], sample: null },
    })
    expect(bootFailure(new Error('broken'))).toMatchObject({ stage: 'boot', error: 'broken', log: [] })
  })

  it('passes on what is no fault of the level', () => {
    const taken = new UserError('port 80 is already in use')
    expect(() => bootFailure(taken)).toThrow(taken)
  })
})

describe('DeathWatch', () => {
  function mortal() {
    let die: (exit: UnexpectedExit) => void = () => {}
    const died = new Promise<UnexpectedExit>((resolve) => {
      die = resolve
    })
    return {
      service: { died } as Pick<Booted, 'died'>,
      die: (code: number) => die({ process: 'web', code, signal: null }),
    }
  }

  it('calls off the load at the first death, and knows whose it was', async () => {
    const [one, other] = [mortal(), mortal()]
    const watch = new DeathWatch([one.service, other.service], new AbortController().signal)
    expect([watch.death, watch.signal.aborted]).toEqual([null, false])
    other.die(7)
    await other.service.died
    one.die(8)
    await one.service.died
    expect(watch.death).toEqual({ of: other.service, text: 'process "web" ended by itself (exit code 7)' })
    expect(watch.signal.aborted).toBe(true)
  })

  it('calls off the load at an interruption, of which nobody died', () => {
    const interrupt = new AbortController()
    const watch = new DeathWatch([mortal().service], interrupt.signal)
    interrupt.abort(new Error('interrupted'))
    expect([watch.death, watch.signal.reason]).toEqual([null, new Error('interrupted')])
  })

  it('names the signal of a process that was killed', () => {
    expect(deathText({ process: 'web', code: null, signal: 'SIGKILL' })).toBe(
      'process "web" ended by itself (SIGKILL)',
    )
  })
})
