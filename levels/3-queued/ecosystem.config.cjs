const { execFileSync } = require('node:child_process')
const { homedir } = require('node:os')
const { join } = require('node:path')

require('../2-supervised/exit-code.cjs')

const root = join(__dirname, '..', '..')
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

const instances = count('WORKERS', 'm.workerCount(m.readMachine())')
// CPU-heavy work: a process a core, and a second one so that another is there when one is lost.
const queueWorkers = count('QUEUE_WORKERS', 'Math.max(2, Math.floor(m.readMachine().cores))')

/** What all of them have in common. */
const supervised = {
  cwd: root,
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
}

module.exports = {
  apps: [
    {
      ...supervised,
      name: 'rungs-app',
      script: join(root, 'dist', 'src', 'app', 'server.js'),
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
    },
    {
      ...supervised,
      name: 'rungs-queue',
      script: join(root, 'dist', 'src', 'app', 'queue-worker.js'),
      exec_mode: 'fork',
      instances: queueWorkers,
    },
    {
      ...supervised,
      name: 'rungs-board',
      script: join(root, 'dist', 'src', 'app', 'board.js'),
      exec_mode: 'fork',
      instances: 1,
    },
  ],
}
