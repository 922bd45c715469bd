import { COLOUR_STYLE } from './palette.js'
import { CHART_STYLE } from './svg-chart.js'

const LIGHT = `--paper:#fcfcfa;--panel:#ffffff;--ink:#1a1f24;--soft:#59636e;--rule:#e2e4e0;--grid:#e8eae6;--mark:#1a1f24;
--link:#0b5c99;--warn:#8a4b00;--warn-bg:#fff6e6;--bad:#a3211c;--good:#1d6b41;color-scheme:light;`

const DARK = `--paper:#14171a;--panel:#1a1e22;--ink:#e7eaec;--soft:#a2acb5;--rule:#30373d;--grid:#2b3136;--mark:#f2f4f5;
--link:#7cbcf0;--warn:#f0bd6a;--warn-bg:#2b2416;--bad:#ff938a;--good:#74cf9c;color-scheme:dark;`

/** The page's style sheet. Its hash is in the page's content security policy: no style attribute is used. */
export const STYLE = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
.skip{position:absolute;left:-9999px}
.skip:focus{left:1rem;top:1rem;background:var(--panel);padding:.5rem 1rem;z-index:1}
.page{max-width:70rem;margin:0 auto;padding:2.5rem 1.5rem 5rem}
h1,h2,h3{line-height:1.25;font-weight:650;letter-spacing:-.012em;text-wrap:balance}
h1{font-size:1.9rem;margin:.15rem 0 .5rem}
h2{font-size:1.3rem;margin:3.5rem 0 .35rem}
h3{font-size:1rem;margin:0 0 .25rem}
p{margin:.4rem 0;max-width:46rem}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.brand{color:var(--soft);font-size:.85rem;letter-spacing:.06em;text-transform:uppercase;margin:0}
.meta,.lead,.hint,caption,figcaption{color:var(--soft);font-size:.9rem}
.meta span+span::before{content:"·";margin:0 .5em}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin:1.2rem 0 0;padding:.7rem 0 0;border-top:1px solid var(--rule);font-size:.9rem}
nav a{text-decoration:none}nav a:hover{text-decoration:underline}
.top h2{font-size:1.1rem;margin:1.7rem 0 .3rem}
.ask{display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;margin:.4rem 0}.ask[hidden]{display:none}
input,select,button{font:inherit;color:var(--ink);background:var(--panel);border:1px solid var(--soft);border-radius:3px;padding:.2rem .45rem}
.ask input{width:7.5rem}
.deploy td{font-size:.85rem;white-space:nowrap}.deploy tbody th{min-width:0}
.yes{color:var(--good)}.no{color:var(--bad)}.open{color:var(--warn)}.deploy .best{font-weight:650}
td.yes::before,span.yes::before{content:"✓ "}td.no::before,span.no::before{content:"✕ "}td.open::before,span.open::before{content:"? "}
.limit{color:var(--soft);font-size:.95rem}
.trust span+span::before{content:"·";margin:0 .55em}
.findings{list-style:none;margin:.3rem 0 0;padding:0;font-size:1.05rem;line-height:1.35}
.findings li{padding:.4rem 0;border-bottom:1px solid var(--rule)}
.findings li:last-child{border-bottom:0}
.findings .detail{display:block;color:var(--soft);font-size:.9rem}
.title{color:var(--soft);font-weight:400;font-size:.9rem;margin-left:.6em}
.cautions{margin:1.2rem 0 0;padding:.8rem 1.1rem .8rem 2.1rem;background:var(--warn-bg);border-left:3px solid var(--warn);border-radius:3px;font-size:.95rem}
.cautions li{padding:.15rem 0;max-width:54rem}
.scroll{overflow-x:auto;margin-top:.9rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.35}
caption{text-align:left;padding-bottom:.5rem}
th,td{padding:.42rem .7rem .42rem 0;text-align:left;vertical-align:top}
th:last-child,td:last-child{padding-right:0}
thead th{font-weight:600;color:var(--soft);border-bottom:1px solid var(--ink);vertical-align:bottom;font-size:.82rem}
tbody th{font-weight:500;min-width:8.5rem}
tbody tr+tr>*{border-top:1px solid var(--rule)}
.ladder tbody tr:first-child th{padding-top:1.3rem;font-weight:650;font-size:1rem}
.ladder tbody tr:nth-child(2)>*{border-top:1px solid var(--rule)}
.num,.figures td,.figures th+th{text-align:right;white-space:nowrap}
.big{font-size:1.02rem;font-weight:600}
.sub{display:block;color:var(--soft);font-size:.8rem;font-weight:400}
.wrap{overflow-wrap:anywhere}
.bad{color:var(--bad)}.good{color:var(--good)}.warn{color:var(--warn)}
.invalid td.num:not(.lat),td.off{color:var(--soft)}.invalid .big{font-weight:400}
td.load .sub{white-space:normal;min-width:6.5rem}
td.verdict{min-width:8.5rem}
.swatch{display:inline-block;width:.72em;height:.72em;border-radius:2px;margin-right:.5em;background:currentColor;forced-color-adjust:none}
${COLOUR_STYLE}
.meter{display:block;width:100%;min-width:6rem;height:5px;margin-top:.35rem}
.meter .track{fill:var(--grid)}
.strip{display:block;width:100%;min-width:12rem;height:16px}
.strip rect{stroke:var(--paper);stroke-width:1}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(19.5rem,1fr));gap:2rem 1.8rem;margin-top:1.2rem}
figure{margin:1.2rem 0 0;min-width:0}.panels figure{margin:0}
figure h3{overflow-wrap:anywhere}
.chart{display:block;width:100%;height:auto}
.chart text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--soft)}
.chart .grid{stroke:var(--grid)}.chart .mark{stroke:var(--mark)}
.chart tspan[class]{fill:currentColor}.chart .name{fill:var(--ink);font-weight:600}
.chart.course{min-width:40rem}
${CHART_STYLE}
.spark{width:10rem;height:30px;display:block}
.sort{border:0;padding:0;background:none;color:inherit;font:inherit;text-align:inherit;cursor:pointer}.sort:hover{text-decoration:underline}
[aria-sort=ascending] .sort::after{content:" ▲"}[aria-sort=descending] .sort::after{content:" ▼"}
.scale{width:10rem;height:12px;align-self:center}h3.spaced{margin-top:2rem}
.live{display:none;position:relative;width:100%}
.live canvas{position:absolute;inset:0}
figure.on .live{display:block}figure.on .chart{display:none}
details{margin-top:.4rem;font-size:.85rem}
.cell{border-top:1px solid var(--rule);padding:.5rem 0;margin:0;font-size:.95rem}
.cell>summary{color:var(--ink)}.cell>summary .sub{display:inline;margin-left:.6em}
.cell h3{margin-top:1.4rem}.plain{list-style:none;margin:.6rem 0;padding:0}
.scroll+h3{margin-top:1.4rem}
.found li{padding:.45rem 0;border-bottom:1px solid var(--rule)}.found .word{display:inline;font-size:1em;font-weight:600;margin-right:.4em}
summary{cursor:pointer;color:var(--soft)}
pre{overflow:auto;max-height:16rem;background:var(--panel);border:1px solid var(--rule);border-radius:3px;padding:.7rem;font-size:.8rem;line-height:1.4}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(16rem,1fr));gap:.6rem 2rem;margin:1rem 0 0}
.facts dt{color:var(--soft);font-size:.82rem}.facts dd{margin:0;overflow-wrap:anywhere}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;font-size:.85rem;color:var(--soft);margin:.6rem 0 0}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--rule);color:var(--soft);font-size:.85rem}
@page{margin:14mm}
@media print{
:root{${LIGHT}--paper:#fff;}
body{font-size:11px}.page{max-width:none;padding:0}
nav,.skip,.ask{display:none}
h2{margin-top:1.6rem;break-after:avoid}
figure,.ladder tbody,tr,.cautions{break-inside:avoid}
.cell{break-inside:auto}
figure.on .live{display:none}figure.on .chart{display:block}
.scroll{overflow:visible}.chart.course{min-width:0}pre{max-height:none;white-space:pre-wrap}
.panels{grid-template-columns:repeat(3,1fr);gap:1rem}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`
