import { defineLevel } from '../../src/model/define.js'
import { PM2_KEEPS, pm2Controls, queueDashboard } from '../parts.js'
import { claims } from './claims.js'
import { queue, web } from './processes.js'

export default defineLevel({
  extends: 2,
  number: 3,
  name: 'queued',
  title: 'N processes under PM2, and a queue',
  summary:
    'Work that would block requests goes through Redis to queue workers of their own; the web answers 202 and stays fast.',
  whenToUse: 'Requests wait behind work that may be done later: reports, mail, uploads.',
  services: ['postgres', 'redis'],
  processes: [web, queue],
  queuePath: '/health/queue',
  dashboards: [queueDashboard],
  controls: pm2Controls('pm2-web'),
  promises: [...PM2_KEEPS, 'finishes-accepted-tasks'],
  claims,
})
