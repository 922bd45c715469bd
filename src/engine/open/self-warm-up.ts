import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { OpenLoadPlan } from '../../model/plan/load-plan.js'
import type { OpenGeneratorResult } from '../process/generator-messages.js'
import { OpenGenerator } from './open-generator.js'

/** Enough for the parser to be loaded and what runs for every request to be compiled. */
const PLAN: OpenLoadPlan = {
  baseUrl: '',
  steps: [{ path: '/', expect: { json: { ok: true } } }],
  variables: {},
  values: {},
  timeoutSeconds: 1,
  generators: 1,
  seed: 1,
  arrival: 'uniform',
  stages: [{ seconds: 0.1, from: 8_000, to: 12_000 }],
  leadInSeconds: 0,
  maxConnections: 20,
}

/** Code that was compiled for one load only is compiled anew for the next: by the third it is general. */
const LOADS = 3

/**
 * Sends some thousand requests to a server within this process, on a port of its own: what a process does for the
 * first time takes it milliseconds, and a load's first requests would be measured so much too long. Where no local port
 * is left for that server, the lead-in has to do.
 */
export async function warmUp(): Promise<void> {
  const server = createServer((_request, response) => void response.end('{"ok":true}'))
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(0, '127.0.0.1', () => resolve(true))
  })
  if (!listens) return
  const { port } = server.address() as AddressInfo
  for (let i = 0; i < LOADS; i++) await load({ ...PLAN, baseUrl: `http://127.0.0.1:${port}` })
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function load(plan: OpenLoadPlan): Promise<OpenGeneratorResult> {
  return new Promise((onResult) => {
    const assignment = {
      plan,
      generator: 0,
      generators: 1,
      connections: plan.maxConnections,
      firstConnection: 0,
      counterStart: 1,
    }
    const generator = new OpenGenerator(assignment, { onProgress() {}, onSecond() {}, onResult })
    generator.start(process.hrtime.bigint())
  })
}
