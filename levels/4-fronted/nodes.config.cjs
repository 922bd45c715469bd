const { join } = require('node:path')
const { supervised } = require('../pm2.cjs')

// The nodes of one machine under PM2: each is one process with a socket of its own, as a container would have an address.
const colour = process.env.NODE_COLOUR || 'blue'
const nodes = Number(process.env.NODES || 1)

module.exports = {
  apps: Array.from({ length: nodes }, (_, index) => {
    const name = `${colour}-${index + 1}`
    return supervised('server.js', {
      name,
      env: {
        SOCKET: join(process.env.FRONT_DIR, `${name}.sock`),
        NODE_ID: name,
        NODES: String(nodes),
        WORKERS: '1',
        APP_WORKERS: '1',
      },
    })
  }),
}
