import type { Command } from 'commander'
import type { ExitCode } from '../../words/exit-codes.js'
import type { Invocation } from '../terminal/invocation.js'
import { addCommand, handle, heading } from './command-line.js'

const STEPS = ['deploy', 'scale', 'status', 'destroy'] as const
type Step = (typeof STEPS)[number]

/** One of the platforms that a level is put on; all have the same four commands. */
interface Platform {
  readonly name: string
  readonly description: string
  readonly load: () => Promise<Readonly<Record<Step, (invocation: Invocation) => Promise<ExitCode>>>>
  readonly texts: Readonly<Record<Step, readonly [description: string, example: string]>>
  /** What `scale` is given. */
  readonly replicas: string
  /** Flags of every command. */
  readonly common: (command: Command) => Command
  /** Further flags of `deploy`. */
  readonly deploy: (command: Command) => Command
  /** What `--dry-run` does, where there is one. */
  readonly dryRun?: Readonly<Partial<Record<Step, string>>>
}

const SWARM: Platform = {
  name: 'swarm',
  description: 'a level on Docker Swarm, through your own docker',
  load: () => import('../commands/swarm.js'),
  texts: {
    deploy: [
      'put the stack up, or update it task by task, and wait',
      'rungs swarm deploy --image rungs-app:1 --port 8080',
    ],
    scale: ['set how many tasks there are', 'rungs swarm scale 4'],
    status: ['services and tasks', 'rungs swarm status'],
    destroy: ['remove the stack with its data, and the swarm where deploy made it', 'rungs swarm destroy'],
  },
  replicas: 'how many',
  common: (command) => command.option('--name <name>', 'name of the stack', 'rungs'),
  deploy: (command) =>
    command
      .requiredOption('--image <name>', 'the image; with several machines, where all can pull it')
      .option('--port <n>', 'port of the proxy on each machine (default: 8080)'),
}

const KUBERNETES: Platform = {
  name: 'k8s',
  description: 'a level on Kubernetes, through your own kubectl',
  load: () => import('../commands/k8s.js'),
  texts: {
    deploy: [
      'apply the manifests and wait until they serve',
      'rungs k8s deploy --namespace shop --image registry.example.com/rungs-app:1 --host shop.example.org',
    ],
    scale: ['set how many pods there are', 'rungs k8s scale 4 --namespace shop'],
    status: ['what was deployed, as the cluster sees it', 'rungs k8s status --namespace shop'],
    destroy: ['delete what was deployed, and nothing else', 'rungs k8s destroy --namespace shop'],
  },
  replicas: 'how many; for the web the least, the autoscaler may add',
  common: (command) =>
    command
      .requiredOption('--namespace <name>', 'the namespace, which must exist')
      .option('--context <name>', 'the context of your kubeconfig (default: the current one)'),
  deploy: (command) =>
    command
      .requiredOption('--image <name>', 'the image, where the cluster can pull it')
      .option('--host <name>', 'the name under which it is reached from outside (default: not at all)'),
  dryRun: {
    deploy: 'print the manifests; ask no cluster',
    scale: 'print the kubectl commands',
    destroy: 'print the kubectl command',
  },
}

/** `rungs swarm …` and `rungs k8s …`. */
export function addDeployCommands(program: Command): void {
  for (const platform of [SWARM, KUBERNETES]) addPlatform(program, platform)
}

function addPlatform(program: Command, platform: Platform): void {
  const parent = program
    .command(platform.name)
    .description(platform.description)
    .helpGroup(heading('operate'))
  for (const step of STEPS) {
    const [description, example] = platform.texts[step]
    const command = platform.common(addCommand(parent, step, description, [example]))
    if (step === 'deploy') platform.deploy(command)
    if (step === 'scale') {
      command.argument('<replicas>', platform.replicas)
      command.option('--component <name>', 'web or queue', 'web')
    }
    if (step !== 'status') command.option('--timeout <seconds>', 'how long to wait', '300')
    const dryRun = platform.dryRun?.[step]
    if (dryRun !== undefined) command.option('--dry-run', dryRun)
    command.action(handle(async (invocation) => (await platform.load())[step](invocation)))
  }
}
