import { relative, resolve } from 'node:path'
import { ownOrBuiltIn } from '../../catalog/choose.js'
import type { LevelEntry } from '../../catalog/entries.js'
import { findLevels } from '../../catalog/find-levels.js'
import { commandChoices } from '../../config/commands/tables.js'
import { gatherConfiguration } from '../../config/read-configuration.js'
import { isSameHardware, isSameMachine } from '../../figures/comparable.js'
import { type Advice, advise as decide } from '../../ladder/advise.js'
import { type Ask, readAsk } from '../../ladder/ask.js'
import { type Finding, ofCapacity, ofCells } from '../../ladder/evidence.js'
import { code, type DocSection, lines } from '../../markup/doc.js'
import { parseSlo } from '../../model/plan/slo-grammar.js'
import type { Run, RunLevel } from '../../model/run/run.js'
import type { CapacityResult } from '../../model/studies/capacity.js'
import { KINDS } from '../../records/kinds.js'
import { listRecords, scanRuns } from '../../records/results.js'
import { newestLadder } from '../../report/ladder/read-ladders.js'
import { renderText } from '../../report/render/text.js'
import { UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import { plural } from '../../words/format.js'
import { askedScenario } from '../plan/asked-scenario.js'
import { envWithOnly } from '../plan/search-settings.js'
import type { Invocation } from '../terminal/invocation.js'

/** `rungs advise`: the lowest level that keeps what is asked for, by the results there are. */
export async function advise(invocation: Invocation): Promise<ExitCode> {
  const { flags, env, cwd, output } = invocation
  const { settings, loaded, broken, problems } = await gatherConfiguration({
    flags: { out: flags.out },
    env: envWithOnly(['out'], env),
    cwd,
    configFile: flags.config,
    randomSeed: 0,
  })
  const wrong = [...problems]
  const { target, need, scenario: named } = commandChoices('advise', { flags, env, loaded }, wrong)
  const { ask, problems: unclear } = readAsk(target, need)
  // A wrong file may hold what is missing.
  if (!ask || wrong.length > 0) throw new UserError(broken ? wrong : [...wrong, ...unclear])
  const dir = resolve(cwd, settings.out)
  const results = await resultsOf(dir)
  for (const problem of results.problems) output.warn(problem)
  const scenario = askedScenario(named, results.runs, results.capacities)
  const comparable = onOneMachine(results)
  for (const text of leftOutText(comparable)) output.warn(text)
  const quota = comparable.runs.at(-1)?.settings.workerCpus
  if (quota)
    output.warn(`each worker had ${quota} of a core in these results: with whole cores rates are higher`)
  const { ladder } = await newestLadder(dir)
  const all = await findLevels(loaded)
  const entries = ownOrBuiltIn(all)
  const advice = decide(
    ask,
    entries.map((entry) => ({
      key: String(entry.level.number),
      number: entry.level.number,
      name: entry.level.name,
      promises: entry.level.promises ?? [],
      findings: findingsOf(entry, scenario, ask, comparable),
      reload: ladder?.rungs.find(({ info, reload }) => isLevel(entry, info) && reload)?.reload ?? null,
    })),
  )
  // Commands are typed from it: no line is broken.
  const sections = [adviceSection(advice, ask, scenario, entries, cwd)]
  output.print(renderText({ sections, width: Number.POSITIVE_INFINITY }))
  output.result(advice)
  if (advice.state === 'advised') return ExitCode.Ok
  return advice.state === 'none' ? ExitCode.Missed : ExitCode.Invalid
}

interface Results {
  readonly runs: readonly Run[]
  readonly capacities: readonly CapacityResult[]
}

async function resultsOf(dir: string): Promise<Results & { problems: readonly string[] }> {
  const { found, problems } = await listRecords(KINDS.capacity, dir)
  const capacities = found.map(({ record }) => record)
  try {
    const read = await scanRuns(dir)
    return { runs: read.runs, capacities, problems: [...problems, ...read.problems] }
  } catch (error) {
    // No run is no fault: all levels are then told to be measured.
    if (!(error instanceof UserError)) throw error
    return { runs: [], capacities, problems: [...problems, ...error.problems.slice(1)] }
  }
}

/** Absolute figures of different machines do not belong to one answer: those of the newest result's count. */
function onOneMachine({ runs, capacities }: Results): Results & LeftOut {
  const all = [...runs, ...capacities].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
  const newest = all[0]
  const isSame = (one: Run | CapacityResult) => newest !== undefined && isSameMachine(one, newest)
  const kept = { runs: runs.filter(isSame), capacities: capacities.filter(isSame) }
  const elsewhere = newest ? all.filter((one) => !isSameHardware(one, newest)).length : 0
  const otherQuota = all.length - elsewhere - kept.runs.length - kept.capacities.length
  return { ...kept, elsewhere, otherQuota }
}

/** How many results do not count, by what they differ in from the newest. */
interface LeftOut {
  readonly elsewhere: number
  readonly otherQuota: number
}

function leftOutText({ elsewhere, otherQuota }: LeftOut): string[] {
  const text = (count: number, what: string) =>
    count === 0
      ? []
      : [`${plural(count, 'result')} ${what} than the newest ${count === 1 ? 'is' : 'are'} left out`]
  return [
    ...text(elsewhere, 'of another machine'),
    ...text(otherQuota, 'with another CPU quota of the workers'),
  ]
}

function findingsOf(entry: LevelEntry, scenario: string, ask: Ask, { runs, capacities }: Results): Finding[] {
  const searched = capacities
    .filter((one) => isLevel(entry, one.level) && one.scenario.name === scenario)
    .flatMap((one) => {
      const slos = one.slo.map(parseSlo).flatMap((parsed) => ('value' in parsed ? [parsed.value] : []))
      return ofCapacity(one, slos, ask) ?? []
    })
  const measured = runs.flatMap((run) => {
    const infos = run.levels.filter((info) => isLevel(entry, info))
    return infos.flatMap(({ key, workers }) => {
      const cells = run.cells.filter((cell) => cell.level === key && cell.scenario === scenario)
      return ofCells(run, cells, ask, infos.length > 1 ? workers : null) ?? []
    })
  })
  return [...searched, ...measured]
}

function isLevel({ level }: LevelEntry, { number, name }: RunLevel): boolean {
  return number === level.number && name === level.name
}

/** The answer, why of each level, and what to type next. */
function adviceSection(
  { state, level, levels, toMeasure }: Advice,
  { rate, slos, needs }: Ask,
  scenario: string,
  entries: readonly LevelEntry[],
  cwd: string,
): DocSection {
  const rules = slos.map(({ rule }) => rule).join(',')
  const reasons = levels.map(({ key, name, state: of, reasons, source }) => {
    const words = { holds: 'holds', fails: 'fails', unknown: 'not known' }[of]
    return `level ${key} (${name}): ${words}: ${reasons.join('; ')}${source === null ? '' : ` [${source}]`}`
  })
  const asked = `${rate}/s of ${scenario}, ${rules}${needs.length > 0 ? `, ${needs.join(', ')}` : ''}`
  const answers = {
    advised: `Level ${level?.key} (${level?.name}) is the lowest that was seen to hold.`,
    none: 'No level holds.',
    unknown: 'No answer yet: it takes measuring.',
  }
  const headroom =
    level?.headroom == null ? [] : [`Headroom: ${Math.round(100 * level.headroom)} % above that rate.`]
  const measure = toMeasure.map(
    (key) => `rungs capacity --level ${key} --scenario ${scenario} --slo '${rules}'`,
  )
  const entry = entries.find((one) => String(one.level.number) === level?.key)
  return {
    blocks: [
      lines(`${asked}: ${answers[state]}`, ...headroom),
      { kind: 'list', texts: reasons },
      ...(measure.length > 0 ? [lines('Measure, and ask again:'), code(measure)] : []),
      ...(entry ? [lines('Deploy:'), code(deployLines(entry, cwd))] : []),
    ],
  }
}

/** What the level starts, and where its guide is. */
function deployLines({ level, source, baseDir, guide = source }: LevelEntry, cwd: string): string[] {
  const commands = level.processes.map(({ command, args = [] }) => [command, ...args].join(' '))
  const folder = relative(cwd, baseDir) || '.'
  return [...commands, `(in ${folder}; settings and files: ${guide})`]
}
