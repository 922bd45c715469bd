import { removeImages } from './app-image.js'
import { type ContainerEngine, callEngine } from './engine.js'

const LABEL = 'rungs.run'
/** A lease's id begins with the pid of its owner, in base 36. */
const LEASE = /^([0-9a-z]+)-[0-9a-f]{10}$/

/** Removes containers, networks, volumes and images of runs whose rungs was killed before it could do so itself. */
export async function removeOrphans(engine: ContainerEngine): Promise<void> {
  for (const run of await runsOf(engine)) {
    const pid = LEASE.exec(run)?.[1]
    if (pid && !isAlive(Number.parseInt(pid, 36))) await removeRun(engine, run)
  }
}

/** Removes all that carries the label of a run. */
async function removeRun(engine: ContainerEngine, run: string): Promise<void> {
  const filter = ['--filter', `label=${LABEL}=${run}`]
  const kinds: readonly (readonly [list: readonly string[], remove: readonly string[]])[] = [
    [
      ['ps', '-aq'],
      ['rm', '-f', '-v'],
    ],
    [
      ['network', 'ls', '-q'],
      ['network', 'rm'],
    ],
    [
      ['volume', 'ls', '-q'],
      ['volume', 'rm', '-f'],
    ],
  ]
  for (const [list, remove] of kinds) {
    const ids = lines(await callEngine(engine, [...list, ...filter]))
    if (ids.length > 0) await callEngine(engine, [...remove, ...ids])
  }
  await removeImages(engine, run)
}

async function runsOf(engine: ContainerEngine): Promise<Set<string>> {
  const format = ['--filter', `label=${LABEL}`, '--format', `{{.Label "${LABEL}"}}`]
  const inContainers = await callEngine(engine, ['ps', '-a', ...format])
  const ids = lines(await callEngine(engine, ['image', 'ls', '-q', '--filter', `label=${LABEL}`]))
  const inImages =
    ids.length === 0
      ? ''
      : await callEngine(engine, [
          'image',
          'inspect',
          '--format',
          `{{index .Config.Labels "${LABEL}"}}`,
          ...ids,
        ])
  return new Set([...lines(inContainers), ...lines(inImages)])
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another account's process lives all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
