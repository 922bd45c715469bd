#!/usr/bin/env node
import { createRequire } from 'node:module'
import { Command, CommanderError, Option } from 'commander'
import { GATE_CHOICE_NAMES, GATE_SETTINGS } from '../config/gate-settings.js'
import type { Setting } from '../config/setting.js'
import { SETTING_NAMES, SETTINGS, type SettingName } from '../config/settings.js'
import { ExitCode } from '../model/exit-codes.js'
import type { Invocation } from './invocation.js'
import { makeOutput, printError } from './output.js'

/** Loaded when it is called: `--help` must not wait for modules that it does not need. */
type Handler = (invocation: Invocation) => Promise<ExitCode>

/** Of a run, what a search leaves to its user: it chooses the rates itself. */
const CAPACITY_SETTINGS = SETTING_NAMES.filter(
  (name) => !['latency', 'profile', 'rate', 'share', 'stages', 'repeats'].includes(name),
)

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string }

const program = new Command('rungs')
  .description(
    'Boots a web service at each rung of its scaling ladder, loads it, and says with evidence how much each rung gives.',
  )
  .version(version)
  .option('--json', 'one JSON document on stdout, everything else on stderr')
  .option('--quiet', 'no progress')
  .option('--config <file>', 'configuration file (default: rungs.config.{ts,js,mjs,json} in this folder)')
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({ outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, ' ')}\n`) })
  .exitOverride()

command('doctor', 'say what can run here, what is missing, and what was configured where', [
  'rungs doctor',
  'rungs doctor --fix',
])
  .option('--fix', 'run the commands that get what is missing')
  .action(handle(async (i) => (await import('./commands/doctor.js')).doctor(i)))

command('list', 'levels and scenarios', ['rungs list', 'rungs list --json | jq .scenarios']).action(
  handle(async (i) => (await import('./commands/list.js')).list(i)),
)

withSettings(
  command('up', 'boot a level and keep it up until Ctrl-C', [
    'rungs up --level 2',
    'rungs up --level 1 --workers 4 --port 8080',
  ]),
  ['level', 'workers', 'database', 'backend'],
)
  .option('--port <n>', 'port to listen on (default: a free one)')
  .action(handle(async (i) => (await import('./commands/up.js')).up(i)))

withSettings(
  command('run', 'boot levels, load them, print a table, and keep the result', [
    'rungs run --level 0,1,2 --scenario simple,db-read',
    'rungs run --level 2 --duration 30 --repeats 5 --seed 42',
    'rungs run --target http://127.0.0.1:8080 --scenario ./mine.ts',
  ]),
  SETTING_NAMES,
).action(handle(async (i) => (await import('./commands/run.js')).run(i)))

withSettings(
  command('capacity', 'find the highest arrival rate at which the objectives hold', [
    "rungs capacity --level 2 --scenario simple --slo 'p99<200ms,errors<0.1%'",
    "rungs capacity --target http://127.0.0.1:8080 --scenario ./mine.ts --slo 'p95<50ms' --arrival poisson",
  ]),
  CAPACITY_SETTINGS,
  { scenario: 'the first of your own, or simple', duration: 'the least that a probe lasts: 10 s' },
)
  .option('--start <rate>', 'the first rate (default: 70 % of what the warm-up was served)')
  .option('--lowest <rate>', 'below it the service is doomed (default: what can be judged within 120 s)')
  .option('--highest <rate>', 'no higher rate is tried (default: 1000000)')
  .option('--resolution <share>', 'how closely it is searched (default: 3%)')
  .option('--probes <N>', 'the most probes (default: 16)')
  .action(handle(async (i) => (await import('./commands/capacity.js')).capacity(i)))

withSettings(
  command('advise', 'say which level a load and its needs take, by the results there are', [
    "rungs advise --target '2000/s p99<200ms' --need crash-restart,zero-downtime",
    "rungs advise --target '50/s p95<1s errors<0.1%' --need offload,node-loss --scenario report",
  ]),
  ['out'],
)
  .requiredOption('--target <load>', 'a rate and objectives, such as 2000/s p99<200ms')
  .option('--need <list>', 'crash-restart, hang-restart, zero-downtime, offload, node-loss')
  .option('--scenario <name>', 'the scenario that stands for the load (default: simple)')
  .action(handle(async (i) => (await import('./commands/advise.js')).advise(i)))

withSettings(
  command('scaling', 'say how the capacity of a level grows with its workers, over the runs there are', [
    'rungs scaling --level 1 --scenario simple',
  ]),
  ['out'],
)
  .option('--level <name>', 'the level, by number or name (default: 1)')
  .option('--scenario <name>', 'the scenario (default: simple)')
  .action(handle(async (i) => (await import('./commands/scaling.js')).scaling(i)))

withSettings(
  command('report', 'write an HTML report, a Markdown summary and PNG charts', [
    'rungs report',
    'rungs report reports/2026-01-31T09-05-07-level-2',
  ]),
  ['out'],
)
  .argument(
    '[runs...]',
    'folders of runs or their run.json (default: every run in the folder that --out names)',
  )
  .action(handle(async (i) => (await import('./commands/report.js')).report(i)))

withSettings(
  command('compare', 'compare two runs, or two levels of one run', [
    'rungs compare previous latest',
    'rungs compare latest:0 latest:2',
  ]),
  ['out'],
)
  .argument('<a>', 'a run (its folder or run.json; latest, previous), with :LEVEL for one level of it')
  .argument('<b>', 'what to compare it with')
  .action(handle(async (i) => (await import('./commands/compare.js')).compare(i)))

withSettings(
  command('calibrate', 'measure servers whose latency is known, and say how far the figures are off', [
    'rungs calibrate',
    'rungs calibrate --fixture stall,hung --rates 500 --duration 12',
  ]),
  ['affinity', 'seed', 'out'],
)
  .option('--fixture <list>', 'fixtures by name, such as stall,hung (default: all)')
  .option(
    '--rates <list>',
    'requests per second (default: 100,1000,2500; all but fixed delays at the middle one; stall: 500)',
  )
  .option(
    '--duration <time>',
    'how long each measurement takes (default: as long as 5,000 answers, so that p99.9 is judged, but at least 2 s; 5 s where they take more than 10 s; a stall: whole cycles; about 8 minutes in all)',
  )
  .option('--repeats <N>', 'measurements of each, of which the one in the middle counts (default: 3)')
  .option('--peers <time>', 'how long autocannon and wrk load each fixture (default: 1; 0: not at all)')
  .option('--quick', 'a trial of the path in seconds: short, at one rate, without the other tools')
  .action(handle(async (i) => (await import('./commands/calibrate.js')).calibrate(i)))

withGateSettings(
  withSettings(
    command('gate', 'say whether the head is slower than the base: both at once, exit 1 if so', [
      'rungs gate --base main',
      'rungs gate --base v1.4.0 --scenario simple,db-read --budget 10m --threshold 3%',
      'rungs gate --base http://127.0.0.1:8080 --head http://127.0.0.1:8081 --scenario ./mine.ts',
      'rungs gate --base main --measure-identical   # once: does it cry wolf on this machine?',
      '',
      'Level and scenarios are declared by the configuration in the folder of the head (of this folder where the head is no',
      'folder), for base and head alike: the base is started by the same commands, in the same environment, in its own folder.',
    ]),
    ['level', 'scenario', 'workers', 'affinity', 'seed', 'out', 'database', 'allowRemote'],
    { scenario: 'the first of your own, or simple' },
  ),
)
  .option(
    '--resume [dir]',
    'go on with a gate that was interrupted or ran out of budget (default: the last one)',
  )
  .action(handle(async (i) => (await import('./commands/gate.js')).gate(i)))

withSettings(
  command('history', 'draw what rungs gate --record has kept, with the points at which it changed', [
    'rungs history',
    'rungs history perf/v1.2.0.jsonl',
  ]),
  ['out'],
)
  .argument('[files...]', 'series files (default: those in history/ of the folder that --out names)')
  .action(handle(async (i) => (await import('./commands/history.js')).history(i)))

const swarm = program.command('swarm').description('level 4 on Docker Swarm, through your own docker')

ofStack('deploy', 'put the stack up, or update it task by task, and wait', [
  'rungs swarm deploy --image rungs-app:1 --port 8080',
])
  .requiredOption('--image <name>', 'the image; with several machines, where all can pull it')
  .option('--port <n>', 'port of the proxy on each machine (default: 8080)')
  .option('--timeout <seconds>', 'how long to wait', '300')
  .action(handle(async (i) => (await import('./commands/swarm.js')).deploy(i)))

ofStack('scale', 'set how many tasks there are', ['rungs swarm scale 4'])
  .argument('<replicas>', 'how many')
  .option('--component <name>', 'web or queue', 'web')
  .option('--timeout <seconds>', 'how long to wait', '300')
  .action(handle(async (i) => (await import('./commands/swarm.js')).scale(i)))

ofStack('status', 'services and tasks', ['rungs swarm status']).action(
  handle(async (i) => (await import('./commands/swarm.js')).status(i)),
)

ofStack('destroy', 'remove the stack with its data, and the swarm where deploy made it', [
  'rungs swarm destroy',
])
  .option('--timeout <seconds>', 'how long to wait', '300')
  .action(handle(async (i) => (await import('./commands/swarm.js')).destroy(i)))

const k8s = program.command('k8s').description('level 4 on Kubernetes, through your own kubectl')

inNamespace('deploy', 'apply the manifests and wait until they serve', [
  'rungs k8s deploy --namespace shop --image registry.example.com/rungs-app:1 --host shop.example.org',
])
  .requiredOption('--image <name>', 'the image, where the cluster can pull it')
  .option('--host <name>', 'the name under which it is reached from outside (default: not at all)')
  .option('--timeout <seconds>', 'how long to wait', '300')
  .option('--dry-run', 'print the manifests; ask no cluster')
  .action(handle(async (i) => (await import('./commands/k8s.js')).deploy(i)))

inNamespace('scale', 'set how many pods there are', ['rungs k8s scale 4 --namespace shop'])
  .argument('<replicas>', 'how many; for the web the least, the autoscaler may add')
  .option('--component <name>', 'web or queue', 'web')
  .option('--timeout <seconds>', 'how long to wait', '300')
  .option('--dry-run', 'print the kubectl commands')
  .action(handle(async (i) => (await import('./commands/k8s.js')).scale(i)))

inNamespace('status', 'what was deployed, as the cluster sees it', [
  'rungs k8s status --namespace shop',
]).action(handle(async (i) => (await import('./commands/k8s.js')).status(i)))

inNamespace('destroy', 'delete what was deployed, and nothing else', ['rungs k8s destroy --namespace shop'])
  .option('--timeout <seconds>', 'how long to wait', '300')
  .option('--dry-run', 'print the kubectl command')
  .action(handle(async (i) => (await import('./commands/k8s.js')).destroy(i)))

function ofStack(name: string, description: string, examples: readonly string[]): Command {
  return command(name, description, examples, swarm).option('--name <name>', 'name of the stack', 'rungs')
}

function inNamespace(name: string, description: string, examples: readonly string[]): Command {
  return command(name, description, examples, k8s)
    .requiredOption('--namespace <name>', 'the namespace, which must exist')
    .option('--context <name>', 'the context of your kubeconfig (default: the current one)')
}

function command(
  name: string,
  description: string,
  examples: readonly string[],
  parent: Command = program,
): Command {
  return parent
    .command(name)
    .description(description)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`)
}

function withSettings(
  target: Command,
  names: readonly SettingName[],
  defaults: Readonly<Partial<Record<SettingName, string>>> = {},
): Command {
  for (const name of names) withOption(target, SETTINGS[name] as Setting<unknown, string>, defaults[name])
  return target
}

function withGateSettings(target: Command): Command {
  for (const name of GATE_CHOICE_NAMES) withOption(target, GATE_SETTINGS[name] as Setting<unknown, string>)
  return target
}

function withOption(
  target: Command,
  { flag, placeholder, help, default: value, defaultInWords }: Setting<unknown, string>,
  otherDefault?: string,
): void {
  // What is in brackets may be left out.
  const spelledValue = placeholder.startsWith('[') ? placeholder : `<${placeholder}>`
  const spelled = placeholder === '' ? flag : `${flag} ${spelledValue}`
  const option = new Option(spelled, `${help} (default: ${otherDefault ?? defaultInWords ?? String(value)})`)
  // A list may be given with commas, or by repeating its flag.
  if (Array.isArray(value)) {
    option.argParser((one: string, before?: string) => (before === undefined ? one : `${before},${one}`))
  }
  target.addOption(option)
}

/** Turns commander's arguments, the command always being the last, into one value, and the answer into an exit code. */
function handle(handler: Handler): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const called = args.at(-1) as Command
    const flags = called.optsWithGlobals<Record<string, string | undefined>>()
    const output = makeOutput(called.optsWithGlobals())
    process.exitCode = await handler({
      flags,
      args: called.args,
      output,
      version,
      env: process.env,
      cwd: process.cwd(),
    })
  }
}

try {
  await program.parseAsync()
} catch (error) {
  // Commander has printed its own errors, and help or the version where those were asked for.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? ExitCode.Ok : ExitCode.Usage
  else {
    printError(error)
    process.exitCode = (error as { exitCode?: ExitCode }).exitCode ?? ExitCode.Usage
  }
}
