const { count, supervised, web } = require('../pm2.cjs')

// CPU-heavy work: a process a core, and a second one so that another is there when one is lost.
const instances = count('QUEUE_WORKERS', 'Math.max(2, Math.floor(m.readMachine().cores))')

module.exports = {
  apps: [
    web(),
    supervised('queue-worker.js', { name: 'rungs-queue', instances }),
    supervised('board.js', { name: 'rungs-board', instances: 1 }),
  ],
}
