// The one description of processes under PM2: the ecosystem files of the levels are made of it.
const { execFileSync } = require('node:child_process')
const { homedir } = require('node:os')
const { join } = require('node:path')

require('./2-supervised/exit-code.cjs')

const root = join(__dirname, '..')
const home = process.env.PM2_HOME ?? join(homedir(), '.pm2')

/** The same names as the service: a variable, or its twin with the prefix APP_, which goes first. */
const setting = (name) => process.env[`APP_${name}`] || process.env[name] || ''

const seconds = (name, fallback) => (/^\d+$/.test(setting(name)) ? Number(setting(name)) : fallback)

/** A setting; 0 or none is the number that fits this machine or container. */
function count(name, fitting) {
  const given = seconds(name, 0)
  if (given > 0) return given
  const program = `import("./dist/src/app/worker-count.js").then((m) => console.log(${fitting}))`
  return Number(execFileSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' }))
}

/** A program of the service under PM2, with what is its own. */
const supervised = (program, own) => ({
  script: join(root, 'dist', 'src', 'app', program),
  cwd: root,
  exec_mode: 'fork',
  // A process is up when it says so, not when it exists.
  wait_ready: true,
  listen_timeout: 20_000,
  // PM2 kills what outlives the service's own deadline.
  kill_timeout: (seconds('GRACEFUL_TIMEOUT', 30) + 3) * 1000,
  kill_retry_time: 50,
  autorestart: true,
  // Wrong settings do not get better by trying again: the service says what is wrong and exits 2.
  stop_exit_codes: [2],
  // A process that dies ten times within a second of its start is given up.
  min_uptime: 1_000,
  max_restarts: 10,
  // The service writes JSON lines; pm2-runtime passes them on. No files that grow.
  out_file: '/dev/null',
  error_file: '/dev/null',
  // PM2's own instrumentation of the process stays out.
  pmx: false,
  source_map_support: false,
  vizion: false,
  watch: false,
  ...own,
})

/** The web workers: WORKERS of them on one port. */
function web() {
  const instances = count('WORKERS', 'm.workerCount(m.readMachine())')
  return supervised('server.js', {
    name: 'rungs-app',
    exec_mode: 'cluster',
    instances,
    env: {
      WORKERS: String(instances),
      APP_WORKERS: String(instances),
      // A successor listens before a worker is told to go, so it can hand its clients over.
      DRAIN_MODE: setting('DRAIN_MODE') || 'handover',
      // One worker recycles at a time.
      RECYCLE_LOCK: join(home, 'rungs-app.recycle'),
    },
  })
}

module.exports = { count, supervised, web }
