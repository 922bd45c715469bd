import { html, type Markup } from '../../markup/html-escape.js'
import type { Answer } from '../findings/answers.js'
import { limitText } from '../findings/limits.js'
import type { ReportModel } from '../findings/report-model.js'
import { trustTexts } from '../findings/trust.js'
import { deploymentPart } from './html-deployment.js'
import { scenarioId } from './html-ladder.js'

/** What a reader came for, before any table: which level, how much and what limits it, whether to trust it. */
export function answersPart(model: ReportModel): Markup {
  const texts = (kind: Answer['kind']) => model.answers.filter((answer) => answer.kind === kind)
  const [findings, cautions, trust] = [texts('finding'), texts('caution'), trustTexts(model)]
  return html`${deploymentPart(model)}<section class="top" aria-labelledby="answers"><h2 id="answers">What each level gives, and what limits it</h2>
<ul class="findings">${findings.map((answer) => findingItem(model, answer))}</ul></section>
<section class="top" aria-labelledby="trust"><h2 id="trust">Whether to trust it</h2>
${trust.length === 0 ? null : html`<p class="trust">${trust.map((text) => html`<span>${text}</span>`)} <a href="#environment">Settings</a></p>`}${
  cautions.length === 0
    ? html`<p>Nothing speaks against it.</p>`
    : html`<ul class="cautions" aria-label="Cautions">${cautions.map(({ text }) => html`<li class="wrap">${text}</li>`)}</ul>`
}</section>
`
}

function findingItem(model: ReportModel, { text, detail, evidence }: Answer): Markup {
  const limit = limitText(model.limits, { evidence })
  const target =
    evidence === null ? null : 'section' in evidence ? evidence.section : scenarioId(model, evidence.scenario)
  const link = target === null ? null : html` <a href="#${target}">Evidence</a>`
  const more = detail === null && link === null ? null : html` <span class="detail">${detail}${link}</span>`
  return html`<li class="wrap">${text}${limit === null ? null : html` <span class="limit">${limit}</span>`}${more}</li>`
}
