import { afterEach, beforeEach, expect, it, vi } from 'vitest'

// Files share loaded modules: typebox must be loaded anew here, and be itself again for those behind.
beforeEach(() => {
  vi.resetModules()
})
afterEach(() => {
  vi.doUnmock('typebox')
  vi.resetModules()
})

it('the settings load without typebox, whose 0.1 s `rungs --help` need not wait for', async () => {
  vi.doMock('typebox', () => {
    throw new Error('typebox is loaded')
  })
  await expect(import('../../../src/model/config.js')).rejects.toThrow()
  const { SETTINGS } = await import('../../../src/config/settings.js')
  expect(SETTINGS.duration.flag).toBe('--duration')
})
