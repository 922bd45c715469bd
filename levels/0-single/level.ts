import { defineLevel } from '../../src/model/define.js'
import { production as env, seed } from '../parts.js'
import { claims } from './claims.js'

export default defineLevel({
  number: 0,
  name: 'single',
  title: 'One Node process',
  summary:
    'One process, one event loop, nothing around it: the baseline that every other level is measured against.',
  whenToUse: 'Development, and services whose load one core carries and whose restarts nobody notices.',
  services: ['postgres'],
  workers: 1,
  prepare: [seed],
  processes: [
    { name: 'app', role: 'web', command: 'node', args: ['dist/src/app/server.js'], env, stopSeconds: 35 },
  ],
  ready: { path: '/ready', timeoutSeconds: 60 },
  workerPath: '/health/worker',
  promises: ['answers-in-flight-on-stop'],
  claims,
})
