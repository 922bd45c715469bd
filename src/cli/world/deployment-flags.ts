import { findDeployment } from '../../catalog/find-deployment.js'
import { loadConfig } from '../../config/file/load-config.js'
import { oneOf, type Parser, wholeNumber } from '../../config/parsers.js'
import { COMPONENTS, type Component } from '../../deploy/components.js'
import { isImage } from '../../deploy/image-name.js'
import type { Platform } from '../../model/plan/level.js'
import { UserError } from '../../words/errors.js'
import type { Invocation } from '../terminal/invocation.js'
import { listenForInterrupt } from './interrupt.js'

const replicaCount = wholeNumber({ min: 1, max: 1_000, example: 4 })
export const waitSeconds = wholeNumber({ min: 1, max: 3_600, example: 300 })

export const imageName: Parser<string> = (text) =>
  isImage(text)
    ? { value: text }
    : { problem: 'must be the name of an image, such as registry.example.com/rungs-app:1.2.3' }

/** A flag or argument by its name, as it was given, and what reads it. */
type Given<T> = readonly [name: string, text: string, parser: Parser<T>]

/** Every value, read. @throws UserError with all that is wrong with them. */
export function readGiven<T extends object>(given: { readonly [K in keyof T]: Given<T[K]> }): T {
  const problems: string[] = []
  const values = Object.entries<Given<unknown>>(given).map(([key, [name, text, parser]]) => {
    const parsed = parser(text)
    if (!('problem' in parsed)) return [key, parsed.value]
    problems.push(`${name} ${text}: ${parsed.problem}`)
    return [key, null]
  })
  if (problems.length > 0) throw new UserError(problems)
  return Object.fromEntries(values) as T
}

/** What `scale` is told, and where: the flag that names a namespace or a stack. @throws UserError with all that is wrong */
export function readScale(
  { flags, args }: Invocation,
  where: Given<string>,
): { where: string; replicas: number; component: Component; timeoutSeconds: number } {
  return readGiven<ReturnType<typeof readScale>>({
    where,
    replicas: ['replicas', args[0] ?? '', replicaCount],
    component: ['--component', flags.component ?? '', oneOf(COMPONENTS)],
    timeoutSeconds: ['--timeout', flags.timeout ?? '', waitSeconds],
  })
}

/** The files that put a level on the platform. @throws UserError where the configuration is wrong */
export async function deploymentFolder(platform: Platform, { flags, cwd }: Invocation): Promise<string> {
  return await findDeployment(platform, await loadConfig(cwd, flags.config))
}

/** Runs until it is done, or until a signal, which it rejects with. What was asked of others by then goes on there. */
export async function untilInterrupt<T>(
  { output }: Invocation,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T | 'interrupted'> {
  const interrupt = listenForInterrupt((name) => output.note(`${name}: what was asked for already goes on`))
  try {
    return await run(interrupt.signal)
  } catch (error) {
    if (interrupt.signal.aborted && error === interrupt.signal.reason) return 'interrupted'
    throw error
  } finally {
    interrupt.dispose()
  }
}
