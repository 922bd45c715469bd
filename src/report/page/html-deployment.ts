import { MOST_FAILURES } from '../../figures/fold-repeats.js'
import { levelLabel } from '../../figures/level-ref.js'
import { wholePercent } from '../../figures/phase-figures.js'
import { levelRules } from '../../ladder/which-level.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { levelColour, swatchClass } from '../../markup/palette.js'
import { askedP99Ms, type Choice, deploymentRules, shownByScenario } from '../findings/deployment.js'
import type { ReportModel } from '../findings/report-model.js'
import { scenarioId } from './html-ladder.js'

/** Scenarios beyond this many are folded, so that the answers stay in sight. */
const MOST_SHOWN = 12

/** Which level serves how much at which p99: a table that holds without scripts, and a question that needs them. */
export function deploymentPart(model: ReportModel): Markup | null {
  const all = shownByScenario(model)
  if (all.length === 0) return null
  const p99 = askedP99Ms(model.rows)
  const { judge, choose, answer } = deploymentRules(levelRules())
  const heads = model.levels.map(
    (level) =>
      html`<th scope="col" class="wrap"><span class="swatch ${swatchClass(levelColour(level.number))}"></span>${levelLabel(level)}</th>`,
  )
  const rows = all.map(({ scenario, levels }) => {
    const choice = choose(levels, null, p99)
    const cells = levels.map((shown, index) => {
      const { state, text } = judge(shown, null, p99)
      return html`<td class="${state}${index === choice.level ? ' best' : ''}">${text}</td>`
    })
    return html`<tr><th scope="row" class="wrap"><a href="#${scenarioId(model, scenario)}">${scenario}</a></th><td class="choice">${choiceText(choice)}</td>${cells}</tr>\n`
  })
  return html`<section class="top" aria-labelledby="deploy"><h2 id="deploy">Which level to deploy</h2>
<p class="ask" hidden><label>Requests/s <input id="ask-rate" type="number" min="0" step="any" inputmode="decimal" placeholder="any"></label> <label>p99 below, ms <input id="ask-p99" type="number" min="0" step="any" inputmode="decimal" value="${p99}"></label></p>
<p id="deploy-answer" aria-live="polite">${answer(all, null, p99)}</p>
${folded(
  html`<div class="scroll" tabindex="0" role="group" aria-labelledby="deploy"><table class="deploy"><thead><tr><th scope="col">Scenario</th><th scope="col" id="choice-head">Serves most</th>${heads}</tr></thead><tbody>
${rows}</tbody></table></div>`,
  all.length,
)}
<p class="hint">What was measured at a rate holds for lower ones too; of higher ones it says nothing. At most ${wholePercent(MOST_FAILURES)} of the requests may fail. <span class="yes">Shown</span>, <span class="open">not shown</span>, <span class="no">shown not to</span>.</p></section>
`
}

function folded(table: Markup, scenarios: number): Markup {
  return scenarios <= MOST_SHOWN
    ? table
    : html`<details><summary>All ${scenarios} scenarios</summary>${table}</details>`
}

function choiceText({ state, text }: Choice): Markup {
  return html`<strong class="${state === 'yes' ? 'good' : state === 'no' ? 'bad' : 'warn'}">${text}</strong>`
}

/** What the page's script asks the rules about. */
export function deploymentData(model: ReportModel): unknown {
  return shownByScenario(model)
}

/** Asks again what the table says, for the rate and the p99 that a reader types. */
export function deploymentScript(): string {
  return `${levelRules.toString()}
${deploymentRules.toString()}
(function(){
var ask=document.querySelector('.ask');
if(!ask)return;
var all=JSON.parse(document.getElementById('deployment-data').textContent),rules=deploymentRules(levelRules());
var rate=document.getElementById('ask-rate'),p99=document.getElementById('ask-p99');
var rows=document.querySelectorAll('.deploy tbody tr'),words={yes:'good',no:'bad',open:'warn'};
function number(input){return input.value===''||!(Number(input.value)>0)?null:Number(input.value);}
function show(){
  var asked=number(rate),limit=number(p99);
  if(limit===null)limit=Infinity;
  document.getElementById('choice-head').textContent=asked===null?'Serves most':'Lowest level';
  all.forEach(function(entry,index){
    var choice=rules.choose(entry.levels,asked,limit),cells=rows[index].children,strong=document.createElement('strong');
    strong.className=words[choice.state];
    strong.textContent=choice.text;
    cells[1].replaceChildren(strong);
    entry.levels.forEach(function(level,place){
      var said=rules.judge(level,asked,limit),cell=cells[place+2];
      cell.className=said.state+(place===choice.level?' best':'');
      cell.textContent=said.text;
    });
  });
  document.getElementById('deploy-answer').textContent=rules.answer(all,asked,limit);
}
ask.hidden=false;
rate.addEventListener('input',show);
p99.addEventListener('input',show);
show();
})();
`
}
