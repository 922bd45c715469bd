import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ContainerEngine, findEngine } from '../../src/services/containers/engine.js'
import { findOnPath } from '../../src/services/support/pinned.js'

const PATH = `${process.env.PATH}:/usr/sbin:/sbin`

export interface Daemon {
  readonly engine: ContainerEngine
  /** `DOCKER_HOST` of it; null where the commands find it by themselves. */
  readonly host: string | null
  stop(): Promise<void>
}

/** Why tests cannot have Docker, neither one that runs nor one that they start; null where they can. */
export async function lackOfDocker(): Promise<string | null> {
  const engine = await findEngine(process.env)
  if (engine)
    return engine.file.endsWith('/docker') ? null : 'a swarm takes Docker, and only Podman answers here'
  if (!findOnPath('docker', PATH) || !findOnPath('dockerd', PATH)) return 'Docker is not installed'
  return process.getuid?.() === 0 ? null : 'no Docker daemon runs, and only root may start one'
}

/** The Docker that runs, or a private one, all of it in a temporary folder. */
export async function haveDocker(): Promise<Daemon> {
  const running = await findEngine(process.env)
  if (running) return { engine: running, host: null, stop: async () => {} }
  const folder = mkdtempSync(join(tmpdir(), 'rungs-docker-'))
  const at = (name: string) => join(folder, name)
  const host = `unix://${at('docker.sock')}`
  const folders = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')]
  const daemon = spawn('dockerd', ['--host', host, ...folders, '--bridge', 'none'], {
    env: { ...process.env, PATH },
    stdio: 'ignore',
  })
  const ended = once(daemon, 'exit')
  const stop = async () => {
    daemon.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  for (;;) {
    const engine = await findEngine({ ...process.env, DOCKER_HOST: host })
    if (engine) return { engine, host, stop }
    if (daemon.exitCode !== null) throw new Error(`dockerd ended with ${daemon.exitCode}`)
    await sleep(200)
  }
}
