import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { Agent, get } from 'node:http'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildAppImage, removeImages } from '../../src/services/containers/app-image.js'
import { makeLocalImage } from '../../src/services/containers/local-images.js'
import { freePort } from '../../src/services/support/free-port.js'
import { type Daemon, haveDocker, lackOfDocker } from '../helpers/docker-daemon.js'
import { needs } from '../helpers/needs.js'
import { Sandbox } from '../helpers/rungs.js'

const lack = await lackOfDocker()

/** A real swarm of one machine, with images of its own programs. */
describe('rungs swarm', needs(lack), () => {
  const run = `swarm-${randomBytes(4).toString('hex')}`
  const image = (role: string, tag = run) => `rungs-test-${role}:${tag}`
  let daemon: Daemon
  let sandbox: Sandbox
  let port: number
  let found: string

  const host = () => {
    const given = daemon.host ?? process.env.DOCKER_HOST
    return given === undefined ? {} : { DOCKER_HOST: given }
  }
  const docker = (...args: string[]) =>
    execFileSync('docker', args, {
      env: { ...process.env, ...host() },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()

  const rungs = async (...args: string[]) => {
    const names = Object.fromEntries(
      ['nginx', 'redis', 'postgres'].map((role) => [`${role.toUpperCase()}_IMAGE`, image(role)]),
    )
    const { code, stdout, stderr } = await sandbox.run(['swarm', ...args, '--name', run], {
      ...names,
      WEB_TASKS: '1',
      QUEUE_TASKS: '1',
      ...host(),
    })
    expect(code, stderr).toBe(0)
    return stdout
  }
  const deploy = (tag?: string) =>
    rungs('deploy', '--image', image('app', tag), '--port', String(port), '--timeout', '240')

  /** What is on the machine that may be of the test. */
  const traces = () =>
    [
      docker('info', '--format={{.Swarm.LocalNodeState}}'),
      ...docker('network', 'ls', '--format={{.Name}}').split('\n'),
      ...docker('ps', '--all', '--format={{.Names}}').split('\n'),
      ...docker('volume', 'ls', '--quiet').split('\n'),
    ].filter((name) => name.includes(run) || /^(active|inactive|ingress|docker_gwbridge)$/.test(name))

  beforeAll(async () => {
    daemon = await haveDocker()
    sandbox = new Sandbox()
    found = traces().join()
    const labels = { 'rungs.run': run }
    const common = { tempDir: sandbox.dir, labels, env: process.env }
    const local = (role: 'node' | 'nginx' | 'redis' | 'postgres') =>
      makeLocalImage(daemon.engine, { ...common, role, tag: image(role) })
    const app = () =>
      buildAppImage(daemon.engine, {
        tag: image('app'),
        base: image('node'),
        packageDir: resolve(import.meta.dirname, '../..'),
        dockerfile: 'levels/4-fronted/Dockerfile',
        run,
        tempDir: sandbox.dir,
      })
    await Promise.all([local('node').then(app), local('nginx'), local('redis'), local('postgres')])
    docker('tag', image('app'), image('app', `${run}-new`))
    port = await freePort()
  })

  afterAll(async () => {
    await rungs('destroy')
    await removeImages(daemon.engine, run)
    await daemon.stop()
    expect(sandbox.leftovers()).toEqual([])
    sandbox.remove()
  })

  it('deploys: the proxy answers, no secret shows, nobody is root', async () => {
    expect(await deploy()).toMatch(/_web +1\/1 running/)
    expect((await ask('/api/users/7')).status).toBe(200)
    expect((await ask('/metrics')).status).toBe(404)
    const services = docker('service', 'ls', '--quiet', `--filter=label=com.docker.stack.namespace=${run}`)
    const specs = docker('service', 'inspect', ...services.split('\n'))
    expect(specs).toContain('rungs.level')
    expect(specs).not.toMatch(/postgres:\/\/|JWT_SECRET/)
    const ids = docker('ps', '--quiet', `--filter=label=com.docker.stack.namespace=${run}`).split('\n')
    const users = docker('inspect', '--format={{.Config.User}}', ...ids).split('\n')
    expect(users).toHaveLength(5)
    for (const user of users) expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  })

  it('scales to 4, and shows it', async () => {
    await rungs('scale', '4')
    const { services } = JSON.parse(await rungs('status', '--json'))
    expect(services.find(({ name }: { name: string }) => name === `${run}_web`)).toMatchObject({
      running: 4,
      wanted: 4,
    })
  })

  it('updates task by task under load without a failed request', async () => {
    const load = startLoad()
    const stdout = await deploy(`${run}-new`)
    const answers = await load.stop()
    expect(stdout).toMatch(/_web +4\/4 running, .*-new, update completed/)
    expect(answers.other).toEqual([])
    expect(answers.good).toBeGreaterThan(100)
  })

  it('destroy leaves nothing', async () => {
    expect(await rungs('destroy')).toContain(`removed service ${run}_web`)
    expect(traces().join()).toBe(found)
  })

  async function ask(path: string, agent?: Agent): Promise<{ status: number | undefined; body: string }> {
    return new Promise((done, fail) => {
      get({ host: '127.0.0.1', port, path, ...(agent ? { agent } : {}) }, (answer) => {
        let body = ''
        answer.setEncoding('utf8').on('data', (text: string) => {
          body += text
        })
        answer.on('end', () => done({ status: answer.statusCode, body }))
        answer.on('error', fail)
      }).on('error', fail)
    })
  }

  /** Eight clients that keep their connections, each about 50 requests a second. */
  function startLoad() {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 })
    const seen = { good: 0, other: [] as string[] }
    let ended = false
    const client = async () => {
      while (!ended) {
        const { status, body } = await ask('/api/users/7', agent).catch((error: Error) => ({
          status: undefined,
          body: error.message,
        }))
        if (status === 200) seen.good++
        else seen.other.push(`${status ?? ''} ${body}`)
        await sleep(20)
      }
    }
    const clients = Promise.all(Array.from({ length: 8 }, client))
    return {
      stop: async () => {
        ended = true
        await clients
        agent.destroy()
        return seen
      },
    }
  }
})
