import { html, type Markup } from '../../markup/html-escape.js'
import type { Finding, Severity } from '../findings/finding.js'
import type { ReportModel } from '../findings/report-model.js'
import { SEVERITY_WORDS } from '../findings/severity-text.js'

/** Classes of the style sheet. */
const CLASSES: Readonly<Record<Severity, string>> = {
  'red-flag': 'bad',
  warning: 'warn',
  note: 'sub',
  good: 'good',
}

/** What the valid cells show, each with its evidence, what is well folded; null where there is nothing. */
export function findingsSection({ findings }: ReportModel): Markup | null {
  if (findings.length === 0) return null
  const good = findings.filter(({ severity }) => severity === 'good')
  const others = findings.filter(({ severity }) => severity !== 'good')
  return html`${others.length === 0 ? html`<p>Nothing stands out.</p>` : itemList(others)}${
    good.length === 0
      ? null
      : html`<details><summary>What is as it should be (${good.length})</summary>${itemList(good)}</details>`
  }`
}

function itemList(findings: readonly Finding[]): Markup {
  return html`<ul class="plain found">${findings.map(findingItem)}</ul>`
}

function findingItem({ severity, sentence, evidence }: Finding): Markup {
  const lines = evidence.map((text) => html`<span class="sub wrap">${text}</span>`)
  const shown =
    lines.length <= 3
      ? lines
      : html`<details><summary>Evidence from ${lines.length} cells</summary>${lines}</details>`
  return html`<li class="wrap"><strong class="word ${CLASSES[severity]}">${SEVERITY_WORDS[severity]}</strong> ${sentence}${shown}</li>\n`
}
