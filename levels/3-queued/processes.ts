import { board, pm2, production } from '../parts.js'

const FILE = 'levels/3-queued/ecosystem.config.cjs'
const tasks = { ...production, ENABLE_BACKGROUND_TASKS: 'true' }

// Homes of their own: web and queue are told apart.
export const web = { name: 'app', ...pm2('pm2-web', tasks, FILE, 'rungs-app') }

export const queue = {
  name: 'queue',
  role: 'queue',
  ...pm2('pm2-queue', { ...tasks, ...board }, FILE, 'rungs-queue,rungs-board'),
} as const
