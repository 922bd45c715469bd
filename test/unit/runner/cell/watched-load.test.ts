import { expect, it } from 'vitest'
import type { Sample } from '../../../../src/model/run/sample.js'
import type { ServerTruth } from '../../../../src/model/run/server-truth.js'
import type { Watch } from '../../../../src/observe/observer.js'
import type { Booted } from '../../../../src/runner/cell/booted.js'
import { watchedLoad } from '../../../../src/runner/cell/watched-load.js'

const truth: ServerTruth = { usage: [], workers: null, stealShare: null, busyShare: null, observerCpuUs: 0 }

const booted: Booted = {
  url: 'http://127.0.0.1:1',
  services: [],
  bootSeconds: 1,
  warnings: [],
  trees: [],
  workers: null,
  died: new Promise(() => {}),
  lastLogLines: () => [],
  stop: async () => {},
}

/** A watch that opens when it is told to, and what was stopped. */
function lateWatch() {
  const stopped: string[] = []
  let open: (watch: Watch) => void = () => {}
  const opening = new Promise<Watch>((resolve) => {
    open = resolve
  })
  const context = {
    observer: { watch: () => opening },
    settle: async () => true,
    signal: new AbortController().signal,
    warn: () => {},
  }
  const watch: Watch = {
    stop: async () => {
      stopped.push('watch')
      return truth
    },
  }
  return { context, stopped, open: () => open(watch) }
}

it('closes a watch that is still opening when the load ends', async () => {
  const { context, stopped, open } = lateWatch()
  const loaded = watchedLoad(booted, context, async ({ beforeStart }) => {
    void beforeStart()
    throw new Error('interrupted')
  })
  open()
  await expect(loaded).rejects.toThrow('interrupted')
  expect(stopped).toEqual(['watch'])
})

it('fails with the reason why a watch could not be opened', async () => {
  const { context } = lateWatch()
  const broken = { ...context, settle: () => Promise.reject(new Error('no such process')) }
  const loaded = watchedLoad(booted, broken, async ({ beforeStart }) => {
    await beforeStart()
    throw new Error('never reached')
  })
  await expect(loaded).rejects.toThrow('no such process')
})

it('tells which workers ran without their CPU quota, and work that is done outside it', async () => {
  const warnings: string[] = []
  const usage = [{ name: 'app', role: 'web' as const, processes: 3, cpuUs: 500_000, rssPeakBytes: 1 }]
  const context = {
    ...lateWatch().context,
    observer: { watch: async () => ({ stop: async () => ({ ...truth, usage }) }) },
    warn: (text: string) => {
      warnings.push(text)
    },
  }
  const told = [null, 'a worker that came since ran without']
  const quota = { cores: 0.2, lift: () => {}, renew: () => told.shift() ?? null }
  await watchedLoad({ ...booted, quota }, context, async ({ beforeStart }) => {
    await beforeStart()
    return { durationUs: 1e6, counts: { ok: 1_000, badStatus: 0, badBody: 0 } } as Sample
  })
  expect(warnings).toEqual([
    'a worker that came since ran without',
    'the web processes used 0.5 cores, and the CPU quotas of the workers allow 0.2: some work is done outside them',
  ])
})

it('watches until the load is over, not until its last answers are in', async () => {
  const { context, stopped, open } = lateWatch()
  open()
  await watchedLoad(booted, context, async ({ beforeStart, onOver }) => {
    await beforeStart()
    onOver()
    await new Promise((resolve) => setImmediate(resolve))
    expect(stopped).toEqual(['watch'])
    return { durationUs: 1e6, counts: { ok: 1, badStatus: 0, badBody: 0 } } as Sample
  })
  expect(stopped).toEqual(['watch'])
})
