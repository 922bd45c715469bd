import type { Command } from 'commander'
import { COMMAND_TABLES } from '../../config/commands/tables.js'
import type { Told } from '../../report/site/told.js'
import { addGrouped, addToList, handle, withOwn, withSettings } from './command-line.js'
import type { StudyEntry } from './studies.js'

/**
 * What reads the results there are: `advise`, `scaling`, `report` and `compare`.
 * @param further studies beside rungs' own, whose records a report shows too
 */
export function addReadingCommands(program: Command, further: readonly StudyEntry[]): void {
  const command = addGrouped.bind(null, program)
  withOwn(
    withSettings(
      command('read', 'advise', 'say which level a load and its needs take, by the results there are', [
        "rungs advise --target '2000/s p99<200ms' --need crash-restart,zero-downtime",
        "rungs advise --target '50/s p95<1s errors<0.1%' --need offload,node-loss --scenario report",
      ]),
      ['out'],
    ),
    COMMAND_TABLES.advise,
  ).action(handle(async (i) => (await import('../commands/advise.js')).advise(i)))

  withOwn(
    withSettings(
      command(
        'read',
        'scaling',
        'say how the capacity of a level grows with its workers, over the runs there are',
        ['rungs scaling --level 1 --scenario simple'],
      ),
      ['out'],
    ),
    COMMAND_TABLES.scaling,
  ).action(handle(async (i) => (await import('../commands/scaling.js')).scaling(i)))

  withSettings(
    command(
      'read',
      'report',
      'write an HTML report, a Markdown summary and PNG charts, or figures for other tools',
      [
        'rungs report',
        'rungs report reports/2026-01-31T09-05-07-level-2',
        'rungs report --format csv,junit   # exports/summary.csv and exports/slo.junit.xml',
        'rungs report --format all',
      ],
    ),
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
    .action(handle(async (i) => (await import('../commands/report.js')).report(i, await toldOf(further))))

  withSettings(
    command('read', 'compare', 'compare two runs, or two levels of one run', [
      'rungs compare previous latest',
      'rungs compare latest:0 latest:2',
    ]),
    ['out'],
  )
    .argument('<a>', 'a run (its folder or run.json; latest, previous), with :LEVEL for one level of it')
    .argument('<b>', 'what to compare it with')
    .action(handle(async (i) => (await import('../commands/compare.js')).compare(i)))
}

async function toldOf(studies: readonly StudyEntry[]): Promise<Told[]> {
  return await Promise.all(studies.map(async ({ load }) => (await load()).told))
}
