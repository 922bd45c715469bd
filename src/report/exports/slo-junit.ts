import { junitXml, type TestCase } from '../../markup/junit.js'
import type { Summary, SummaryCell } from '../../model/studies/summary.js'

const SUITE = 'rungs'

/**
 * The objectives as JUnit XML: a test case for each level, scenario and rule. What has no verdict is skipped, and so is a
 * missed default, which decides nothing; a cell that failed is an error.
 */
export function sloJunit({ cells, runs }: Pick<Summary, 'cells' | 'runs'>): string {
  return junitXml({
    name: `${SUITE} objectives`,
    startedAt: runs[0]?.startedAt ?? '',
    seconds: 0,
    cases: cells.flatMap(casesOf),
  })
}

function casesOf(cell: SummaryCell): TestCase[] {
  const { level, scenario, slo, misses } = cell
  const backend = level.backend === null ? '' : ` (${level.backend})`
  const className = `${SUITE}.${level.key} ${level.name}${backend}.${scenario}`
  return [
    ...misses.map(
      ({ repeat, state, stage, reason }): TestCase => ({
        className,
        name:
          stage === 'latency' ? `latency of repeat ${repeat} is measured` : `repeat ${repeat} is measured`,
        state: state === 'failed' ? 'error' : 'skipped',
        message: stage === null ? reason : `failed at ${stage}: ${reason}`,
      }),
    ),
    ...invalidCases(cell, className),
    ...slo.map((one): TestCase => ({ className, name: one.rule, ...verdictOf(one) })),
  ]
}

/** Why there is no verdict, of both phases at once. */
function invalidCases({ phases }: SummaryCell, className: string): TestCase[] {
  const invalid = phases.filter(({ validity }) => validity.state !== 'valid')
  if (invalid.length === 0) return []
  const texts = invalid.map(({ phase, validity: { state, evidence } }) =>
    [`${phase}: ${state}`, ...evidence].join('; '),
  )
  return [{ className, name: 'the measurement is valid', state: 'skipped', message: texts.join('. ') }]
}

function verdictOf({
  stated,
  verdict,
  text,
}: SummaryCell['slo'][number]): Pick<TestCase, 'state' | 'message'> {
  if (verdict === 'met') return { state: 'passed', message: text }
  if (verdict === 'no-verdict') return { state: 'skipped', message: text }
  return stated
    ? { state: 'failed', message: text }
    : { state: 'skipped', message: `a default, which decides nothing: ${text}` }
}
