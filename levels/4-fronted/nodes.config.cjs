const { join } = require('node:path')

require('../2-supervised/exit-code.cjs')

// The nodes of one machine under PM2: each is one process with a socket of its own, as a container would have an address.
const root = join(__dirname, '..', '..')
const setting = (name) => process.env[`APP_${name}`] || process.env[name] || ''
const colour = process.env.NODE_COLOUR || 'blue'
const nodes = Number(process.env.NODES || 1)
const seconds = /^\d+$/.test(setting('GRACEFUL_TIMEOUT')) ? Number(setting('GRACEFUL_TIMEOUT')) : 30

module.exports = {
  apps: Array.from({ length: nodes }, (_, index) => {
    const name = `${colour}-${index + 1}`
    return {
      name,
      script: join(root, 'dist', 'src', 'app', 'server.js'),
      cwd: root,
      exec_mode: 'fork',
      env: {
        SOCKET: join(process.env.FRONT_DIR, `${name}.sock`),
        NODE_ID: name,
        NODES: String(nodes),
        WORKERS: '1',
        APP_WORKERS: '1',
      },
      // A node is up when it says so, not when its process exists.
      wait_ready: true,
      listen_timeout: 20_000,
      // PM2 kills what outlives the service's own deadline.
      kill_timeout: (seconds + 3) * 1000,
      kill_retry_time: 50,
      autorestart: true,
      // Wrong settings do not get better by trying again: the service says what is wrong and exits 2.
      stop_exit_codes: [2],
      min_uptime: 1_000,
      max_restarts: 10,
      // The service writes JSON lines; pm2-runtime passes them on. No files that grow.
      out_file: '/dev/null',
      error_file: '/dev/null',
      pmx: false,
      source_map_support: false,
      vizion: false,
      watch: false,
    }
  }),
}
