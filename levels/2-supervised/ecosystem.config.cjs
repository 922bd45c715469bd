const { web } = require('../pm2.cjs')

module.exports = { apps: [web()] }
