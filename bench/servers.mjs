// Servers that the benchmarks load, each in a process of its own on the first core.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const SERVER_CPU = '0'
export const GENERATOR_CPU = '1'

const BARE = `
  const answer = JSON.parse(process.env.ANSWER)
  const body = Buffer.from(answer.body)
  require('node:http')
    .createServer((request, response) => {
      response.writeHead(200, { ...answer.headers, 'content-length': body.length })
      response.end(body)
    })
    .listen(Number(process.env.PORT), '127.0.0.1')
`

/** A bare `node:http` server that answers every request with this body and these headers. */
export function startBare(
  answer = { headers: { 'content-type': 'application/json' }, body: '{"status":"ok"}' },
) {
  return start(['-e', BARE], { ANSWER: JSON.stringify(answer) })
}

/** The reference service, as production would run it; without a database, which `/api/simple` does not ask for. */
export function startApp() {
  const path = fileURLToPath(new URL('../dist/src/app/server.js', import.meta.url))
  return start([path], {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    JWT_SECRET: 'for-the-benchmark-only-0123456789abcdef',
    HOST: '127.0.0.1',
  })
}

/** A server in a Node.js process with these arguments, which listens on `PORT`. */
export async function start(args, env) {
  const port = await freePort()
  const child = spawn('taskset', ['-c', SERVER_CPU, process.execPath, ...args], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries++) {
    try {
      await fetch(url)
      break
    } catch (error) {
      if (tries === 100 || child.exitCode !== null)
        throw new Error(`the server at ${url} did not start`, { cause: error })
      await sleep(100)
    }
  }
  return {
    url,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
