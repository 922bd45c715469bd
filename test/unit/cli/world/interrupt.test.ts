import { expect, test, vi } from 'vitest'
import { listenForInterrupt } from '../../../../src/cli/world/interrupt.js'

test('a signal that comes twice at once, as under make, is one; a later one leaves', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
  let nowMs = 5_000
  const told: string[] = []
  const interrupt = listenForInterrupt(
    (name) => told.push(name),
    () => nowMs,
  )
  try {
    process.emit('SIGTERM', 'SIGTERM')
    nowMs += 20
    process.emit('SIGTERM', 'SIGTERM')
    expect([told, interrupt.signal.aborted, exit.mock.calls]).toEqual([['SIGTERM'], true, []])
    nowMs += 2_000
    process.emit('SIGINT', 'SIGINT')
    expect([told, exit.mock.calls]).toEqual([['SIGTERM'], [[130]]])
  } finally {
    interrupt.dispose()
    exit.mockRestore()
  }
})
