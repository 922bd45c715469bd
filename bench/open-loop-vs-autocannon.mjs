// rungs' open loop against the plain autocannon command line, on the same server, in requests per generator CPU-second.
// Goal: at least 0.8. The open loop runs at a share of what autocannon gets out of the server: with one connection, where
// both wake up for every single request, and with many, where one wake-up serves several.
import { interleave, options, perCpuSecond, printMedians, printRatio } from './compare.mjs'
import { autocannon, rungsOpen } from './generators.mjs'
import { startApp, startBare } from './servers.mjs'

await compare('bare node:http, sparse', await startBare(), '/', { share: 0.9, connections: 1 })
await compare('bare node:http, busy', await startBare(), '/', { share: 0.9 })
await compare("the reference service's /api/simple, busy", await startApp(), '/api/simple', { share: 0.9 })

async function compare(what, server, path, { share, connections = options.connections }) {
  try {
    const url = server.url + path
    const rate = Math.round(share * (await bestThroughput(url, connections)))
    const pairs = await interleave(
      // Ample connections: to wait for one is not what is compared.
      () => rungsOpen(url, { ...options, connections: options.connections * 4, rate }),
      () => autocannon(url, { ...options, connections }),
    )
    const ours = pairs.map(([a]) => a)
    const theirs = pairs.map(([, b]) => b)
    console.log(`${what}: open loop at ${rate}/s, autocannon with ${connections} connections`)
    printMedians('rungs', ours)
    printMedians('autocannon', theirs)
    const lags = ours.map(({ lagP50Us, lagP99Us }) => `${lagP50Us}/${lagP99Us}`).join(' ')
    console.log(`  send lag of rungs, p50/p99 in µs, each round: ${lags}`)
    printRatio('  requests per generator CPU-second, rungs ÷ autocannon', pairs, perCpuSecond)
  } finally {
    await server.stop()
  }
}

/** Of three: a rate from a moment in which the machine was busy with something else would leave the generator idle. */
async function bestThroughput(url, connections) {
  let best = 0
  for (let i = 0; i < 3; i++) {
    best = Math.max(best, (await autocannon(url, { ...options, connections })).throughput)
  }
  return best
}
