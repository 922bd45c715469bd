import type { GateResult } from '../../model/studies/gate.js'
import { errorText, headline, rowName, rowText } from './gate-text.js'

/** GitHub shows ten of each kind and drops the rest without a word. */
const MOST = 10

interface Annotation {
  readonly kind: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly text: string
}

/** A gate as workflow commands of GitHub Actions, ten lines at most, the gravest first; print them to stdout. */
export function gateAnnotations(result: GateResult): string[] {
  const all = annotationsOf(result)
  const shown = all.length <= MOST ? all : all.slice(0, MOST - 1)
  const rest = all.length - shown.length
  const more: Annotation[] =
    rest === 0 ? [] : [{ kind: 'warning', title: 'rungs gate', text: `${rest} more in the summary` }]
  return [...shown, ...more].map(commandOf)
}

/** Why there is no result at all. */
export function gateFailureAnnotation(problem: string): string {
  return commandOf({ kind: 'error', title: 'rungs gate', text: problem })
}

function commandOf({ kind, title, text }: Annotation): string {
  return `::${kind} title=${escapeProperty(title)}::${escapeData(text)}`
}

function annotationsOf(result: GateResult): Annotation[] {
  const { decision } = result
  const title = 'rungs gate'
  const text = headline(result)
  if (decision === null) return [{ kind: 'warning', title, text }]
  if (decision.verdict === 'pass') return [{ kind: 'notice', title, text }]
  const failing = decision.errors.flatMap((errors): Annotation[] => {
    const what = errors.verdict === 'none' ? null : errorText(errors)
    const kind = errors.verdict === 'regress' ? 'error' : 'warning'
    return what === null ? [] : [{ kind, title: `${title}: errors`, text: what }]
  })
  const slower = decision.rows
    .filter((row) => row.verdict === 'regress')
    .map((row): Annotation => ({ kind: 'error', title: `${title}: ${rowName(row)}`, text: rowText(row) }))
  const overall: Annotation[] = decision.verdict === 'inconclusive' ? [{ kind: 'warning', title, text }] : []
  const isError = ({ kind }: Annotation) => kind === 'error'
  const found = [...failing, ...slower]
  return [...found.filter(isError), ...overall, ...found.filter((each) => !isError(each))]
}

/** As the runner undoes it (actions/toolkit, packages/core/src/command.ts). */
function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
}
