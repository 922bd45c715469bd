import { resolve } from 'node:path'
import { commandChoices } from '../../config/commands/tables.js'
import { gatherConfiguration } from '../../config/read-configuration.js'
import { isSameMachine } from '../../figures/comparable.js'
import type { Run } from '../../model/run/run.js'
import { scanRuns } from '../../records/results.js'
import { scalingText } from '../../report/ladder/scaling-text.js'
import type { ScalingPoint } from '../../stats/estimate/scaling-data.js'
import { fitScaling, type ScalingLaw } from '../../stats/estimate/scaling-law.js'
import { UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import { askedScenario } from '../plan/asked-scenario.js'
import { envWithOnly } from '../plan/search-settings.js'
import type { Invocation } from '../terminal/invocation.js'

/** `rungs scaling`: how the capacity of a level grows with its workers, over the runs there are. */
export async function scaling(invocation: Invocation): Promise<ExitCode> {
  const { flags, env, cwd, output } = invocation
  const {
    loaded,
    settings,
    problems: wrong,
  } = await gatherConfiguration({
    flags: { out: flags.out },
    env: envWithOnly(['out'], env),
    cwd,
    configFile: flags.config,
    randomSeed: 0,
  })
  const unclear = [...wrong]
  const { level, scenario: named } = commandChoices('scaling', { flags, env, loaded }, unclear)
  if (unclear.length > 0) throw new UserError(unclear)
  const { runs, problems } = await scanRuns(resolve(cwd, settings.out))
  for (const problem of problems) output.warn(problem)
  const scenario = askedScenario(named, runs)
  const points = pointsOf(runs, level, scenario)
  const laws = (['usl', 'amdahl'] as const).map((law) => fitScaling(points, { law }))
  const fits = laws.flatMap((one) => ('fit' in one ? [one.fit] : []))
  const [first] = laws
  if (first && 'refused' in first && fits.length === 0) {
    throw new UserError(
      `level ${level}, ${scenario}: ${first.refused}; measure more, such as: rungs run --level ${level} --scenario ${scenario} --workers 4 --latency off`,
    )
  }
  output.print(
    [
      `level ${level}, ${scenario}: valid capacities by workers`,
      ...points.map(pointText),
      ...fits.flatMap(scalingText),
    ].join('\n'),
  )
  output.result({ level, scenario, points, laws: fits.map(lawOf) })
  return ExitCode.Ok
}

/** Valid capacities of the newest kind of machine and CPU quota, by workers. */
function pointsOf(runs: readonly Run[], level: string, scenario: string): ScalingPoint[] {
  const newest = runs.at(-1)
  const alike = runs.filter((run) => newest !== undefined && isSameMachine(run, newest))
  const points = alike.flatMap(({ levels, cells }) => {
    const infos = levels.filter(({ key, number, name }) => [key, String(number), name].includes(level))
    return infos.flatMap(({ key, workers }) =>
      cells.flatMap(({ level: of, scenario: name, outcome }) => {
        const isIt = of === key && name === scenario && outcome.state === 'completed'
        if (!isIt || workers === null || outcome.validity.state !== 'valid') return []
        return [{ n: workers, throughput: outcome.summary.throughput }]
      }),
    )
  })
  return points.sort((a, b) => a.n - b.n)
}

function pointText({ n, throughput }: ScalingPoint): string {
  return `  ${n}: ${Math.round(throughput).toLocaleString('en')}/s`
}

/** JSON knows no infinity: null. */
function lawOf({ predict: _, ...law }: ScalingLaw) {
  return law
}
