import { defineLevel } from '../../src/model/define.js'
import { PM2_KEEPS, pm2, pm2Controls, servesOnEightCores, spreadsEvenly } from '../parts.js'

export default defineLevel({
  extends: 1,
  number: 2,
  name: 'supervised',
  title: 'N processes under PM2',
  summary:
    'PM2 restarts workers that crash or hang, recycles them, reloads them without losing a request, and scales them.',
  whenToUse: 'Production on one machine: it must survive crashes and deploys.',
  processes: [{ name: 'app', ...pm2('pm2', {}, 'levels/2-supervised/ecosystem.config.cjs') }],
  requires: ['pm2'],
  controls: pm2Controls('pm2'),
  promises: [...PM2_KEEPS],
  claims: [servesOnEightCores(2, 50_000), spreadsEvenly(2, 'workers')],
})
