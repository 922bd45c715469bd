import type { Lease } from '../../../src/model/plan/lease.js'

/** A lease that notes nothing: these tests end what they start. */
export const testLease: Lease = {
  id: 'test',
  tempDir: '/nonexistent',
  env: {},
  ownProcess: async () => {},
  ownDatabase: async () => {},
  disownDatabase: async () => {},
  ownGroup: async () => {},
}
