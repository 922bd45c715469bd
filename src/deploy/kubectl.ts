import { UserError } from '../words/errors.js'
import { type Called, type CallOptions, call } from './program.js'

export interface KubectlTarget {
  readonly namespace: string
  /** A context of the user's kubeconfig; null is the current one. */
  readonly context: string | null
}

/** kubectl, pointed at one namespace. */
export interface Kubectl {
  readonly namespace: string
  /** What it printed. @throws UserError with what it complained about. */
  run(args: readonly string[], options?: CallOptions): Promise<string>
  /** The same for a call that may fail. */
  attempt(args: readonly string[], options?: CallOptions): Promise<Called>
  /** The call as one would type it. */
  inWords(args: readonly string[]): string
}

export function makeKubectl(
  { namespace, context }: KubectlTarget,
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Kubectl {
  const program = {
    name: 'kubectl',
    getIt: 'https://kubernetes.io/docs/tasks/tools/',
    env,
    signal,
    problems: kubectlProblems,
  }
  const target = [`--namespace=${namespace}`, ...(context === null ? [] : [`--context=${context}`])]
  const attempt = (args: readonly string[], options?: CallOptions) =>
    call(program, [...target, ...args], options)
  const inWords = (args: readonly string[]) => ['kubectl', ...target, ...args].map(quoted).join(' ')
  return {
    namespace,
    attempt,
    inWords,
    run: async (args, options) => {
      const { ok, stdout, problems } = await attempt(args, options)
      if (!ok) throw new UserError(problems.map((problem) => `${inWords(args)}: ${problem}`))
      return stdout
    },
  }
}

/** What kubectl says for people; its own log lines (`E1121 12:00:00 … memcache.go:265]`) and warnings are left out. */
export function kubectlProblems(stderr: string): string[] {
  const lines = stderr.split('\n').map((line) => line.trim())
  return lines
    .filter((line) => line !== '' && !/^[IWEF]\d{4} /.test(line) && !line.startsWith('Warning:'))
    .map((line) => line.replace(/^error: /, ''))
}

function quoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`
}
