// What an operator types at level 4 in containers:
//   node levels/4-fronted/compose.mjs up | status | restart NODE | kill NODE | update | scale N | reload-proxy
// FRONT_DIR is a folder of the level's own. All other settings are those that `up` was called with: COMPOSE and ENGINE (the
// commands), COMPOSE_PROJECT_NAME, WORKERS (nodes), PORT, and what compose.yaml asks for. A node is named by its container.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fail, nodeCount, served } from './proxy.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const dir = process.env.FRONT_DIR || fail('FRONT_DIR: is required; set a folder of your own')
const environmentFile = join(dir, 'environment.json')
/** How long a node may take until it serves. */
const READY_MS = 60_000
/** Ends the service, and not the container's own first process: as a crash would. */
const KILL = `for (const pid of fs.readdirSync('/proc').filter(Number))
  if (Number(pid) !== process.pid && fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8').startsWith('node\\0dist')) process.kill(pid, 'SIGKILL')`

const commands = {
  async up() {
    mkdirSync(dir, { recursive: true })
    writeFileSync(environmentFile, JSON.stringify(process.env), { mode: 0o600 })
    const stop = new AbortController()
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stop.abort())
    const code = await foreground(['up', '-d', '--no-build', '--scale', `app=${env.WORKERS}`], stop.signal)
    if (code === 0) await foreground(['logs', '-f', '--no-color'], stop.signal)
    compose('down', '-v', '--remove-orphans', '-t', '40')
    process.exit(stop.signal.aborted ? 0 : code || 1)
  },
  status() {
    compose('ps')
  },
  async restart(node) {
    const [container, former] = await one(node)
    engine('restart', '-t', '40', container)
    // In containers all have the same pid.
    await answered([container], (worker) => worker.uptime_seconds < former.uptime_seconds)
  },
  async kill(node) {
    const [container] = await one(node)
    engine('exec', container, 'node', '-e', KILL)
  },
  /** One node at a time: the others answer meanwhile. */
  async update() {
    for (const node of containers()) await commands.restart(node)
  },
  async scale(count) {
    const nodes = nodeCount(count)
    compose('up', '-d', '--no-deps', '--no-recreate', '--no-build', '--scale', `app=${nodes}`, 'app')
    commands['reload-proxy']()
    await answered(containers())
  },
  /** nginx looks the nodes up when it reads its configuration. */
  'reload-proxy'() {
    engine('kill', '-s', 'HUP', ...compose('ps', '-q', 'proxy').trim().split('\n'))
  },
}

const [, , command = '', argument] = process.argv
if (!Object.hasOwn(commands, command))
  fail(`${command || 'nothing'}: must be one of ${Object.keys(commands).join(', ')}`)
const env = command === 'up' ? process.env : JSON.parse(readFileSync(environmentFile, 'utf8'))
await commands[command](argument)

function composeWords(args) {
  return [...(env.COMPOSE ?? 'docker compose').split(' '), '-f', join(here, 'compose.yaml'), ...args]
}

function compose(...args) {
  const [file, ...rest] = composeWords(args)
  const output = execFileSync(file, rest, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (args[0] === 'ps' && args.length === 1) console.log(output)
  return output
}

function engine(...args) {
  return execFileSync(env.ENGINE ?? 'docker', args, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Runs Compose until it ends or is told to. */
function foreground(args, signal) {
  const [file, ...rest] = composeWords(args)
  if (signal.aborted) return 0
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, { env, stdio: ['ignore', 'inherit', 'inherit'] })
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 0))
  })
}

/** Short ids of the nodes' containers, which are the names that the nodes have. */
function containers() {
  return compose('ps', '-q', 'app')
    .split('\n')
    .filter((id) => id !== '')
    .map((id) => id.slice(0, 12))
}

/** A node's container, and the process that serves there. */
async function one(node) {
  const all = containers()
  if (!all.includes(node)) fail(`${node}: must be one of ${all.join(', ')}`)
  const seen = await answered([node])
  return [node, seen.get(node)]
}

/** Waits until each of the containers has answered through the proxy. */
function answered(which, isNew) {
  return served({ host: '127.0.0.1', port: env.PORT }, which, { withinMs: READY_MS, isNew })
}
