import { STYLE } from './html-style.js'

/** The report's style sheet, and what only the gate's page has. */
export const GATE_STYLE = `${STYLE}
.key+h3,details+h3{margin-top:1.6rem}
td.verdict{min-width:11rem}
.headline{font-size:1.2rem;line-height:1.4;max-width:54rem}
.plot text.label{fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.plot .zero{stroke:var(--soft)}
.plot .floor,.plot .threshold{fill:none;stroke:var(--mark);stroke-width:1}
.plot .floor{stroke-dasharray:2 3}.plot .threshold{stroke-dasharray:7 4}
.plot .block{fill:var(--link)}.plot .later{fill-opacity:.35}
.plot .dropped{fill:none;stroke:var(--warn);stroke-width:1.5}
.plot .interval{fill:none;stroke-width:2}
.plot .regress{stroke:var(--bad)}.plot .pass{stroke:var(--good)}.plot .inconclusive{stroke:var(--warn)}
.plot .regress.estimate{fill:var(--bad)}.plot .pass.estimate{fill:var(--good)}.plot .inconclusive.estimate{fill:var(--warn)}
`
