import { findOnPath } from '../../services/support/pinned.js'

/** Programs that change the system, and so want root. */
const NEEDS_ROOT = ['apt-get', 'dnf', 'apk', 'pacman']

/** What became of a command that would get what is missing. */
export interface AppliedFix {
  readonly command: string
  readonly state: 'done' | 'failed' | 'not allowed'
  /** Its last line where it failed; what to do where it may not be run. */
  readonly text: string
}

/** Runs each command once, those of the system's package manager as root where that needs no password. */
export async function applyFixes(
  commands: readonly string[],
  env: NodeJS.ProcessEnv,
  note: (text: string) => void,
): Promise<AppliedFix[]> {
  const applied: AppliedFix[] = []
  for (const command of new Set(commands)) applied.push(await applyFix(command, env, note))
  return applied
}

async function applyFix(
  command: string,
  env: NodeJS.ProcessEnv,
  note: (text: string) => void,
): Promise<AppliedFix> {
  const [program = '', ...args] = command.split(' ')
  const words = NEEDS_ROOT.includes(program) ? await asRoot(program, args, env) : [program, ...args]
  if (words === null) {
    return { command, state: 'not allowed', text: `needs root: type sudo ${command}` }
  }
  note(`running ${words.join(' ')} …`)
  let { failed, output } = await execute(words, env)
  if (failed && program === 'apt-get') {
    // A new machine has no list of packages yet.
    await execute([...words.slice(0, words.indexOf(program)), program, 'update', '-qq'], env)
    ;({ failed, output } = await execute(words, env))
  }
  if (!failed) return { command, state: 'done', text: 'done' }
  return { command, state: 'failed', text: output.trim().split('\n').at(-1) || 'it wrote nothing' }
}

/** The command as root would run it: as it is for root, by `sudo` where that asks no password, or null. */
async function asRoot(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string[] | null> {
  if (process.getuid?.() === 0) return [program, ...args]
  if (!findOnPath('sudo', env.PATH ?? '')) return null
  const { failed } = await execute(['sudo', '-n', 'true'], env)
  return failed ? null : ['sudo', '-n', program, ...args]
}

async function execute(
  [file = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ failed: boolean; output: string }> {
  const { execa } = await import('execa')
  const { failed, all } = await execa(file, args, {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    stdin: 'ignore',
    all: true,
    reject: false,
  })
  return { failed, output: all }
}
