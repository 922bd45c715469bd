import type { OpenEngine } from '../../src/engine/engine.js'
import { createFake } from '../../src/engine/fake.js'

/** The fake engine's sample, told as an open loop's at the plan's rate. */
export const openFake: OpenEngine = {
  name: 'fake',
  run: async (plan, io) => {
    const { stages, maxConnections, arrival, ...common } = plan
    const durationSeconds = stages.reduce((sum, { seconds }) => sum + seconds, 0)
    const sample = await createFake().run({ ...common, connections: maxConnections, durationSeconds }, io)
    const { sent } = sample.counts
    const facts = {
      scheduled: sent,
      unsent: 0,
      maxConnections,
      peakConnections: 1,
      lagHistogram: '',
      ownLagHistogram: '',
    }
    return { ...sample, open: { ...facts, arrival, serviceHistogram: sample.histogram } }
  },
}
