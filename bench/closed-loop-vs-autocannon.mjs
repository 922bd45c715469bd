// rungs' closed loop against the plain autocannon command line, on the same server. Goal: at least 0.95.
import { interleave, options, perCpuSecond, printMedians, printRatio } from './compare.mjs'
import { autocannon, rungs } from './generators.mjs'
import { startApp, startBare } from './servers.mjs'

await compare('bare node:http', await startBare(), '/', undefined)
await compare('bare node:http, every body checked too', await startBare(), '/', '"ok"')
await compare("the reference service's /api/simple", await startApp(), '/api/simple', undefined)

async function compare(what, server, path, contains) {
  try {
    const url = server.url + path
    const pairs = await interleave(
      () => rungs(url, { ...options, contains }),
      () => autocannon(url, options),
    )
    console.log(what)
    printMedians(
      'rungs',
      pairs.map(([a]) => a),
    )
    printMedians(
      'autocannon',
      pairs.map(([, b]) => b),
    )
    printRatio('  throughput, rungs ÷ autocannon', pairs, ({ throughput }) => throughput)
    printRatio('  requests per generator CPU-second, rungs ÷ autocannon', pairs, perCpuSecond)
  } finally {
    await server.stop()
  }
}
