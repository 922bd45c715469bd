// pm2-runtime ends with 2 when no worker is left, but PM2's daemon, which is the same process here, ends it with 0 two
// milliseconds after it has closed its sockets: on a busy machine the 0 comes first, and systemd takes the service for
// stopped on purpose. Loaded by the files that pm2-runtime runs; the command `pm2`, which may read them too, is left alone.
const { basename } = require('node:path')

const isRuntime = /^(pm2-runtime|Runtime4Docker)(\.js)?$/.test(basename(process.argv[1] ?? ''))

if (isRuntime) {
  let isAsked = false
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      isAsked = true
    })
  }
  process.on('exit', (code) => {
    if (code === 0 && !isAsked) process.exitCode = 2
  })
}
