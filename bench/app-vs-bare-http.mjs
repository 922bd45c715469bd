// The reference service's /api/simple against a bare node:http server that answers the same bytes. Goal: at least 0.85.
import { interleave, options, printMedians, printRatio } from './compare.mjs'
import { cpuSeconds } from './cpu-seconds.mjs'
import { rungs } from './generators.mjs'
import { startApp, startBare } from './servers.mjs'

const app = await startApp()
const answer = await fetch(`${app.url}/api/simple`)
const ownOfNode = ['connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding']
const headers = Object.fromEntries([...answer.headers].filter(([name]) => !ownOfNode.includes(name)))
const bare = await startBare({ headers, body: await answer.text() })
try {
  const pairs = await interleave(
    () => measure(app),
    () => measure(bare),
  )
  printMedians(
    'reference service',
    pairs.map(([a]) => a),
  )
  printMedians(
    'bare node:http',
    pairs.map(([, b]) => b),
  )
  printRatio('throughput, reference service ÷ bare node:http', pairs, ({ throughput }) => throughput)
  printRatio(
    'requests per server CPU-second, reference service ÷ bare node:http',
    pairs,
    (one) => one.perServerCpu,
  )
} finally {
  await Promise.all([app.stop(), bare.stop()])
}

async function measure(server) {
  const before = cpuSeconds(server.pid)
  const result = await rungs(`${server.url}/api/simple`, options)
  const perServerCpu = (result.throughput * options.seconds) / (cpuSeconds(server.pid) - before)
  return { ...result, perServerCpu }
}
