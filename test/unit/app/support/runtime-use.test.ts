import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, it } from 'vitest'
import { RuntimeUse } from '../../../../src/app/support/runtime-use.js'
import { until } from '../../../helpers/http-client.js'

let use: RuntimeUse
afterEach(() => use.stop())

it('tells every reader of a stall, and adds it to the busy time', async () => {
  use = new RuntimeUse()
  const busyBefore = use.loopActiveSeconds
  // The first turns of a loop set the timer; a stall before them would not be seen.
  await new Promise((resolve) => setTimeout(resolve, 30))
  const end = performance.now() + 150
  while (performance.now() < end);
  await until(
    async () => [use.loopDelayP99Ms, use.loopDelayP99Ms],
    ([one, other]) => one! >= 100 && other! >= 100,
  )
  expect(use.loopActiveSeconds - busyBefore).toBeGreaterThanOrEqual(0.15)
})

it('adds up garbage collections', async () => {
  use = new RuntimeUse()
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  await until(
    async () => use.gcSeconds,
    (seconds) => seconds > 0,
  )
})
