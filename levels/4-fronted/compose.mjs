// What an operator types at level 4 in containers:
//   node levels/4-fronted/compose.mjs up | status | processes | restart NODE | kill NODE | update | scale N | switch | reload-proxy
// FRONT_DIR is a folder of the level's own. All other settings are those that `up` was called with: COMPOSE and ENGINE (the
// commands), COMPOSE_PROJECT_NAME, WORKERS (nodes), PORT, TLS_PORT and BOARD_PASSWORD where TLS and the dashboard are wanted,
// and what compose.yaml asks for. A node is named by its container.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { makeCertificate } from './certificate.mjs'
import { fail, nodeCount, served, takenOver, workersIn } from './proxy.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const dir = process.env.FRONT_DIR || fail('FRONT_DIR: is required; set a folder of your own')
const environmentFile = join(dir, 'environment.json')
const stateFile = join(dir, 'state.json')
/** How long a node may take until it serves. */
const READY_MS = 60_000
const POLL_MS = 200
/** Of what Compose says when something does not come up. */
const LAST_LINES = 5
const MOST_SAID = 4_096
/** The two sets of nodes. */
const SETS = ['app', 'green']
/** What the services of compose.yaml are, to whoever measures them. */
const ROLES = {
  app: 'nodes web',
  green: 'nodes web',
  queue: 'queue queue',
  board: 'queue queue',
  proxy: 'nginx proxy',
  db: 'postgres service',
  redis: 'redis service',
}
/** Ends the service, and not the container's own first process: as a crash would. */
const KILL = `for (const pid of fs.readdirSync('/proc').filter(Number)) {
  let line = ''
  try { line = fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8') } catch {} // It has ended since, as a health check does.
  if (Number(pid) !== process.pid && line.startsWith('node\\0dist')) process.kill(pid, 'SIGKILL')
}`
/** The code of a command in a container that was ended by SIGKILL. */
const KILLED = 137
/** Pid and title of each process of a container. */
const TITLES = 'cd /proc; for pid in [0-9]*; do echo "$pid $(tr "\\0" " " < $pid/cmdline)"; done 2>/dev/null'
/** Whether the service in the same container would take requests. */
const IS_READY =
  "fetch('http://127.0.0.1:3000/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"

const commands = {
  async up() {
    mkdirSync(dir, { recursive: true })
    if (env.TLS_PORT) makeCertificate(dir)
    writeFileSync(environmentFile, JSON.stringify(process.env), { mode: 0o600 })
    leadTo('app')
    const stop = new AbortController()
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stop.abort())
    const scale = ['--scale', `app=${env.WORKERS}`, '--scale', 'green=0']
    const { code, said } = await foreground(['up', '-d', '--no-build', ...scale], stop.signal)
    await foreground(['logs', '--no-color', ...(code === 0 ? ['-f'] : ['--tail', '10'])], stop.signal)
    // What Compose itself has to say of what did not come up goes last, where one looks.
    if (code !== 0) console.error(said.split('\n').slice(-LAST_LINES).join('\n'))
    takeDown()
    process.exit(stop.signal.aborted ? 0 : code || 1)
  },
  status() {
    console.log(compose('ps'))
  },
  /** The first process of each container, as this machine counts them: a line each, name, role, pid. */
  processes() {
    const service = '{{index .Config.Labels "com.docker.compose.service"}}'
    const format = `${service} {{.State.Pid}} {{.Id}}`
    for (const line of linesOf(engine('inspect', '--format', format, ...linesOf(compose('ps', '-q'))))) {
      const [name, pid, id] = line.split(' ')
      if (ROLES[name] && isOfThisMachine(pid, id)) console.log(`${ROLES[name]} ${pid}`)
    }
  },
  async restart(node) {
    const [container, former] = await one(node)
    engine('restart', '-t', '40', container)
    // In containers all have the same pid.
    await answered([container], (worker) => worker.uptime_seconds < former.uptime_seconds)
  },
  async kill(node) {
    const [container] = await one(node)
    try {
      engine('exec', container, 'node', '-e', KILL)
    } catch (error) {
      // The container may end, and all that runs in it, before the command has.
      if (error.status !== KILLED) throw error
    }
  },
  /** One node at a time: the others answer meanwhile. */
  async update() {
    for (const node of containers()) await commands.restart(node)
  },
  async scale(count) {
    start(serving(), nodeCount(count))
    await reloadProxy()
    await answered(containers())
  },
  /** From one set of nodes to the other: all new nodes are up before the first request goes to one. */
  async switch() {
    const from = serving()
    const to = SETS.find((one) => one !== from)
    start(to, containers().length)
    await ready(containers(to))
    leadTo(to)
    await reloadProxy()
    await answered(containers())
    compose('stop', '-t', '40', from)
    compose('rm', '-f', from)
  },
  'reload-proxy': reloadProxy,
}

const [, , command = '', argument] = process.argv
if (!Object.hasOwn(commands, command))
  fail(`${command || 'nothing'}: must be one of ${Object.keys(commands).join(', ')}`)
const env = command === 'up' ? process.env : JSON.parse(readFileSync(environmentFile, 'utf8'))
await commands[command](argument)

function composeWords(args) {
  const files = ['compose.yaml', ...(existsSync(join(dir, 'tls.crt')) ? ['compose.tls.yaml'] : [])]
  const words = (env.COMPOSE ?? 'docker compose').split(' ')
  return [...words, ...files.flatMap((file) => ['-f', join(here, file)]), ...args]
}

/** Of every call of Compose: the files are read anew each time. */
function composeEnvironment() {
  const pem = (file) => (existsSync(join(dir, file)) ? readFileSync(join(dir, file), 'utf8') : '')
  return {
    ...env,
    COMPOSE_PROFILES: ['green', ...(env.BOARD_PASSWORD ? ['board'] : [])].join(','),
    UPSTREAM: `${serving()}:3000`,
    PROXY_TLS_CERT: pem('tls.crt'),
    PROXY_TLS_KEY: pem('tls.key'),
  }
}

function compose(...args) {
  const [file, ...rest] = composeWords(args)
  const stdio = ['ignore', 'pipe', 'inherit']
  return execFileSync(file, rest, { env: composeEnvironment(), encoding: 'utf8', stdio })
}

function engine(...args) {
  return execFileSync(env.ENGINE ?? 'docker', args, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Runs Compose until it ends or is told to, and passes on what it prints; `said` is the end of what went to standard error. */
function foreground(args, signal) {
  const [file, ...rest] = composeWords(args)
  let said = ''
  if (signal.aborted) return { code: 0, said }
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, { env: composeEnvironment(), stdio: ['ignore', 'inherit', 'pipe'] })
    child.stderr.on('data', (chunk) => {
      process.stderr.write(chunk)
      said = (said + chunk).slice(-MOST_SAID)
    })
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 0, said: said.trim() }))
  })
}

/** The proxy first, while the nodes still answer what it has. What Compose says of its progress would bury the reason. */
function takeDown() {
  for (const args of [
    ['stop', '-t', '40', 'proxy'],
    ['down', '-v', '--remove-orphans', '-t', '40'],
  ]) {
    const [file, ...rest] = composeWords(args)
    const { status, error, stderr } = spawnSync(file, rest, { env: composeEnvironment(), encoding: 'utf8' })
    if (status !== 0) console.error(error?.message ?? stderr)
  }
}

/** The set of nodes that the proxy leads to. */
function serving() {
  return JSON.parse(readFileSync(stateFile, 'utf8')).serving
}

function leadTo(set) {
  writeFileSync(stateFile, JSON.stringify({ serving: set }))
}

/** As many nodes in a set, the ones that it has among them. */
function start(set, nodes) {
  compose('up', '-d', '--no-deps', '--no-recreate', '--no-build', '--scale', `${set}=${nodes}`, set)
}

/** Writes the proxy's configuration anew, with the nodes' addresses of now, and has nginx read it. */
async function reloadProxy() {
  compose('run', '--rm', '-T', '--no-deps', 'config')
  const [proxy] = linesOf(compose('ps', '-q', 'proxy'))
  engine('exec', proxy, 'nginx', '-e', 'stderr', '-c', '/etc/front/nginx.conf', '-t', '-q')
  await takenOver(
    () => workersIn(linesOf(engine('exec', proxy, 'sh', '-c', TITLES))),
    () => engine('kill', '-s', 'HUP', proxy),
  )
}

/** Short ids of the containers of a set, which are the names that the nodes have. */
function containers(set = serving()) {
  return linesOf(compose('ps', '-q', set)).map((id) => id.slice(0, 12))
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

/** Waits until the nodes would take requests, which no proxy leads to yet. */
async function ready(nodes) {
  const deadline = Date.now() + READY_MS
  for (const node of nodes) {
    while (!isReady(node)) {
      if (Date.now() > deadline) fail(`${node}: not ready after ${READY_MS / 1000} s`)
      await sleep(POLL_MS)
    }
  }
}

function isReady(node) {
  try {
    execFileSync(env.ENGINE ?? 'docker', ['exec', node, 'node', '-e', IS_READY], { env, stdio: 'ignore' })
    return true
  } catch {
    // Not yet, or it is being started.
    return false
  }
}

/** An engine in a virtual machine, or on another, counts its processes by itself. */
function isOfThisMachine(pid, container) {
  const file = `/proc/${pid}/cgroup`
  return existsSync(file) && readFileSync(file, 'utf8').includes(container)
}

function linesOf(text) {
  return text.split('\n').filter((line) => line !== '')
}
