// What an operator types at level 4 on one machine:
//   node levels/4-fronted/operate.mjs prepare | status | restart NODE | kill NODE | update | scale N | switch | reload-proxy
// FRONT_DIR is the folder of the sockets, the certificate and nginx.conf. All other settings are those that `prepare` was
// called with: HOST, PORT, TLS_PORT, WORKERS (nodes), NGINX_PROGRAM, PM2_HOME, and what the service itself is told.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCertificate } from './certificate.mjs'
import { fail, nodeCount, served, takenOver, workersIn } from './proxy.mjs'
import { writeNginx } from './render.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const dir =
  process.env.FRONT_DIR ||
  fail('FRONT_DIR: is required; set a folder that the service and the proxy may enter')
const environmentFile = join(dir, 'environment.json')
const stateFile = join(dir, 'state.json')
const configFile = join(dir, 'nginx.conf')
/** How long a node may take until it serves. */
const READY_MS = 30_000

/** @typedef {{ colour: string, nodes: number }} State */

const commands = {
  prepare() {
    mkdirSync(dir, { recursive: true })
    writeFileSync(environmentFile, JSON.stringify(process.env), { mode: 0o600 })
    makeCertificate(dir)
    keep({ colour: 'blue', nodes: Number(env.WORKERS) })
  },
  status() {
    const { colour, nodes } = state()
    console.log(`${nodes} nodes, ${colour}`)
    pm2(['list'], 'inherit')
  },
  async restart(name) {
    pm2(['restart', known(name)])
    await answered([name])
  },
  kill(name) {
    process.kill(pidOf(known(name)), 'SIGKILL')
  },
  /** One node at a time: the others answer meanwhile. */
  async update() {
    const all = names(state())
    for (const [name, former] of await answered(all)) {
      pm2(['restart', name])
      await answered([name], (worker) => worker.worker_id !== former.worker_id)
    }
  },
  async scale(count) {
    const nodes = nodeCount(count)
    const before = state()
    const after = { ...before, nodes }
    const more = names(after).slice(before.nodes)
    const less = names(before).slice(nodes)
    if (more.length > 0) start(after, more)
    await reloadProxy(after)
    if (more.length > 0) await answered(more)
    for (const name of less) pm2(['delete', name])
  },
  /** Blue to green, or back: all new nodes are up before the first request goes to one. */
  async switch() {
    const before = state()
    const after = { ...before, colour: before.colour === 'blue' ? 'green' : 'blue' }
    start(after, names(after))
    await reloadProxy(after)
    await answered(names(after))
    for (const name of names(before)) pm2(['delete', name])
  },
  'reload-proxy': () => reloadProxy(state()),
}

const [, , command = '', argument] = process.argv
if (!Object.hasOwn(commands, command))
  fail(`${command || 'nothing'}: must be one of ${Object.keys(commands).join(', ')}`)
const env = command === 'prepare' ? process.env : JSON.parse(readFileSync(environmentFile, 'utf8'))
await commands[command](argument)

/** @param {State} state */
function names({ colour, nodes }) {
  return Array.from({ length: nodes }, (_, index) => `${colour}-${index + 1}`)
}

/** @returns {State} */
function state() {
  return JSON.parse(readFileSync(stateFile, 'utf8'))
}

/** @param {State} state */
function keep(state) {
  writeFileSync(stateFile, JSON.stringify(state))
  const tls = existsSync(join(dir, 'tls.crt'))
  writeNginx({
    ...env,
    OUT: configFile,
    RUN_DIR: join(dir, 'run'),
    PROXY_USER: process.getuid?.() === 0 ? proxyUser() : '',
    PROXY_WORKERS: env.PROXY_WORKERS ?? String(availableParallelism()),
    UPSTREAM: names(state)
      .map((name) => `unix:${join(dir, `${name}.sock`)}`)
      .join(','),
    LISTEN: `${env.HOST}:${env.PORT}`,
    LISTEN_TLS: tls && env.TLS_PORT ? `${env.HOST}:${env.TLS_PORT}` : '',
    TLS_CERT: join(dir, 'tls.crt'),
    TLS_KEY: join(dir, 'tls.key'),
    INTERNAL_FROM: env.INTERNAL_FROM ?? '127.0.0.1',
  })
  mkdirSync(join(dir, 'run'), { recursive: true })
}

/** @param {State} state */
async function reloadProxy(state) {
  keep(state)
  const nginx = [env.NGINX_PROGRAM ?? 'nginx', '-e', 'stderr', '-p', dir, '-c', configFile]
  execFileSync(nginx[0], [...nginx.slice(1), '-t', '-q'])
  const master = Number(readFileSync(join(dir, 'run', 'nginx.pid'), 'utf8'))
  await takenOver(
    () => workersOf(master),
    () => process.kill(master, 'SIGHUP'),
  )
}

function workersOf(master) {
  const all = execFileSync('ps', ['-A', '-o', 'ppid=,pid=,command='], { encoding: 'utf8' }).split('\n')
  const child = new RegExp(`^\\s*${master}\\s(.*)$`)
  return workersIn(all.map((line) => child.exec(line)?.[1] ?? ''))
}

/** @param {State} state @param {readonly string[]} which */
function start({ colour, nodes }, which) {
  const file = join(here, 'nodes.config.cjs')
  pm2(['start', file, '--only', which.join(',')], 'ignore', { NODE_COLOUR: colour, NODES: String(nodes) })
}

/** Waits until each of the nodes has answered through the proxy. */
function answered(which, isNew) {
  return served({ host: env.HOST, port: env.PORT }, which, { withinMs: READY_MS, isNew })
}

function pm2(args, stdout = 'ignore', more = {}) {
  return execFileSync('pm2', args, {
    env: { ...env, ...more },
    stdio: ['ignore', stdout, 'inherit'],
    encoding: 'utf8',
  })
}

function pidOf(name) {
  return Number(pm2(['pid', name], 'pipe').trim())
}

function known(name) {
  const all = names(state())
  return all.includes(name) ? name : fail(`${name}: must be one of ${all.join(', ')}`)
}

/** The account that the system's own nginx answers requests as, with its group. */
function proxyUser() {
  for (const user of ['nginx', 'www-data', 'http', 'nobody']) {
    try {
      const group = execFileSync('id', ['-gn', user], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim()
      return `${user} ${group}`
    } catch {
      // No such account: the next.
    }
  }
  return fail('no account nginx, www-data, http or nobody for the proxy to run as')
}
