#!/usr/bin/env node
import { createRequire } from 'node:module'
import { Argument, Command, CommanderError } from 'commander'
import { SETTING_NAMES } from '../config/settings.js'
import { ExitCode } from '../words/exit-codes.js'
import { addCommand, addToList, handle, withGateSettings, withSettings } from './command-line.js'
import { addDeployCommands } from './deploy-commands.js'
import {
  LADDER_DEFAULTS,
  LADDER_SCENARIOS,
  settingsWithout,
  TUNE_DEFAULTS,
  UNUSED_BY_CAPACITY,
  UNUSED_BY_LADDER,
  UNUSED_BY_TUNE,
} from './plan/search-settings.js'
import { COMPLETE_COMMAND, COMPLETION_SCRIPTS } from './shell/completion-scripts.js'
import { printError, writeAll } from './terminal/output.js'

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
  .configureOutput({
    writeOut: (text) => writeAll(1, text),
    writeErr: (text) => writeAll(2, text),
    outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, ' ')}\n`),
  })
  .exitOverride()

const command = addCommand.bind(null, program)

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
  ['level', 'workers', 'workerCpus', 'database', 'backend'],
)
  .option('--port <n>', 'port to listen on (default: a free one)')
  .action(handle(async (i) => (await import('./commands/up.js')).up(i)))

withSettings(
  command('run', 'boot levels, load them, print a table, and keep the result', [
    'rungs run --level 0,1,2 --scenario simple,db-read',
    'rungs run --level 2 --duration 30 --repeats 5 --seed 42',
    'rungs run --target http://127.0.0.1:8080 --scenario ./mine.ts',
    'rungs run --level all --live',
    'rungs run --level 1 --workers 8 --worker-cpus 0.1   # 8 small cores on a small machine',
  ]),
  SETTING_NAMES,
)
  .option('--live', 'serve a page on which the charts move while it measures, on this machine only')
  .action(handle(async (i) => (await import('./commands/run.js')).run(i)))

withSettings(
  command('ladder', 'measure every level under the same load, and judge what is claimed of them', [
    'rungs ladder',
    'rungs ladder --level 0,1,2 --scenario simple --workers 1,2,4,8',
    'rungs ladder --from reports/2026-01-31T09-05-07-ladder   # its table and page again',
  ]),
  settingsWithout(UNUSED_BY_LADDER),
  {
    level: 'all: your own, or the built-in ones when you declare none',
    scenario: `your own, or ${LADDER_SCENARIOS}`,
    duration: String(LADDER_DEFAULTS.durationSeconds),
    warmup: String(LADDER_DEFAULTS.warmupSeconds),
    repeats: String(LADDER_DEFAULTS.repeats),
    share: `${100 * LADDER_DEFAULTS.share}%, of the lowest level: one rate for all`,
    workerCpus: 'auto: where there are fewer cores than workers and generators',
  },
)
  .option(
    '--workers <LIST>',
    'numbers of workers to run each level with; auto: as it says (default: 1,auto)',
    addToList,
  )
  .option('--from <dir>', 'tell again what an earlier ladder has written there; nothing is measured')
  .action(handle(async (i) => (await import('./commands/ladder.js')).ladder(i)))

withSettings(
  command('capacity', 'find the highest arrival rate at which the objectives hold', [
    "rungs capacity --level 2 --scenario simple --slo 'p99<200ms,errors<0.1%'",
    "rungs capacity --target http://127.0.0.1:8080 --scenario ./mine.ts --slo 'p95<50ms' --arrival poisson",
  ]),
  settingsWithout(UNUSED_BY_CAPACITY),
  { scenario: 'the first of your own, or simple', duration: 'the least that a probe lasts: 10 s' },
)
  .option('--start <rate>', 'the first rate (default: 70 % of what the warm-up was served)')
  .option('--lowest <rate>', 'below it the service is doomed (default: what can be judged within 120 s)')
  .option('--highest <rate>', 'no higher rate is tried (default: 1000000)')
  .option('--resolution <share>', 'how closely it is searched (default: 3%)')
  .option('--probes <N>', 'the most probes (default: 16)')
  .action(handle(async (i) => (await import('./commands/capacity.js')).capacity(i)))

withSettings(
  command('tune', 'find how many workers, and database connections, give the most', [
    'rungs tune --level 1 --scenario db-read',
    'rungs tune --level 2 --scenario simple --workers 1,2,3,5 --pools 8,16 --budget 10m',
    'rungs tune --level 5 --pool-env POOL_SIZE     # a level of your own',
  ]),
  settingsWithout(UNUSED_BY_TUNE),
  {
    scenario: 'the first of your own, or simple',
    duration: `${TUNE_DEFAULTS.durationSeconds} s for each measurement of the first round; later rounds are longer`,
    warmup: `${TUNE_DEFAULTS.warmupSeconds} s`,
  },
)
  .option('--workers <list>', 'workers to try (default: 1, c, 1.5 c, 2 c, 2 c + 1 and 3 c for c cores)')
  .option(
    '--pools <list>',
    'database connections a worker to try (default: the formula, its half and its double)',
  )
  .option('--pool-env <name>', 'the variable that sets them (default: what the level names, if it does)')
  .option(
    '--pool-budget <N>',
    `connections of all workers together, by which the formula goes (default: ${TUNE_DEFAULTS.poolBudget})`,
  )
  .option('--budget <time>', 'begin nothing that would end later, such as 10m')
  .option(
    '--finalists <N>',
    `how many go to the final comparison with the formula (default: ${TUNE_DEFAULTS.finalists})`,
  )
  .option('--pairs <N>', `pairs of each in the final comparison, 6 or more (default: ${TUNE_DEFAULTS.pairs})`)
  .action(handle(async (i) => (await import('./commands/tune.js')).tune(i)))

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
  command('report', 'write an HTML report, a Markdown summary and PNG charts, or figures for other tools', [
    'rungs report',
    'rungs report reports/2026-01-31T09-05-07-level-2',
    'rungs report --format csv,junit   # exports/summary.csv and exports/slo.junit.xml',
    'rungs report --format all',
  ]),
  ['out'],
)
  .option(
    '--format <LIST>',
    'html, markdown, png, csv, json, junit, prometheus, hgrm, charts (each chart as SVG and PNG), or all (default: html,markdown,png)',
    addToList,
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

addDeployCommands(program)

command('completion', 'print a script by which your shell completes commands, flags, levels and scenarios', [
  'source <(rungs completion bash)     # in ~/.bashrc',
  'source <(rungs completion zsh)      # in ~/.zshrc, behind compinit',
  'rungs completion fish | source      # in ~/.config/fish/config.fish',
])
  .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(COMPLETION_SCRIPTS)))
  .action(handle(async (i) => (await import('./commands/completion.js')).completion(i)))

program
  .command(COMPLETE_COMMAND, { hidden: true })
  .argument('[words...]')
  .action(handle(async (i) => (await import('./commands/completion.js')).completeWords(i, program)))

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
