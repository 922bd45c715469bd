import { createHash } from 'node:crypto'
import { LIVE_CLIENT } from './live-client.js'

const STYLE = `:root{color-scheme:light dark;--paper:light-dark(#fcfcfa,#14171a);--ink:light-dark(#1a1f24,#e7eaec);--soft:light-dark(#59636e,#a2acb5);--rule:light-dark(#e2e4e0,#30373d);--bad:light-dark(#a3211c,#ff938a);--warn:light-dark(#8a4b00,#f0bd6a);
--a:light-dark(#0b5c99,#7cbcf0);--b:light-dark(#9a5a00,#e8b04f);--c:light-dark(#a3211c,#ff938a);--d:light-dark(#1d6b41,#74cf9c)}
*{box-sizing:border-box}body{margin:0 auto;max-width:72rem;padding:1.2rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:1.15rem;margin:0}h2{font-size:.95rem;margin:0;font-weight:600}p{margin:.2rem 0}
header{border-bottom:1px solid var(--rule);padding-bottom:.8rem;margin-bottom:1rem}
.soft{color:var(--soft);font-size:.9rem}.bad{color:var(--bad)}.warn{color:var(--warn)}
progress{width:100%;height:.5rem;accent-color:var(--a)}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:1.2rem 1.6rem}
figure{margin:0}svg{display:block;width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--soft)}
.grid{stroke:var(--rule)}.line{fill:none;stroke-width:1.75}.line.a{stroke:var(--a)}.line.b{stroke:var(--b)}.line.c{stroke:var(--c)}.line.d{stroke:var(--d)}.line.b{stroke-dasharray:6 3}.line.c{stroke-dasharray:2 3}.line.d{stroke-dasharray:8 3 2 3}
.now{font-size:.9rem;color:var(--soft);min-height:1.5em}.key{margin-right:.9em}.key::before{content:'■ '}.key.a::before{color:var(--a)}.key.b::before{color:var(--b)}.key.c::before{color:var(--c)}.key.d::before{color:var(--d)}
table{border-collapse:collapse;width:100%;font-size:.9rem}td,th{text-align:left;padding:.25rem .5rem .25rem 0;border-top:1px solid var(--rule);overflow-wrap:anywhere}`

const BODY = `<header><h1 id="cell">waiting for the first cell …</h1><p id="phase" class="soft"></p><progress id="progress" max="1" value="0" aria-label="progress of the phase"></progress>
<p id="generator" class="soft"></p><p id="faults" class="bad" role="status"></p></header>
<main id="charts"></main>
<section><h2>Measured so far</h2><table><thead><tr><th scope="col">cell</th><th scope="col">result</th></tr></thead><tbody id="cells"></tbody></table></section>
<p id="state" class="soft" role="status"></p><noscript><p>This page needs scripts; rungs report has one that does not.</p></noscript>`

/** The page, with headers that allow what it holds and nothing else: no other site, no further files. */
export function livePage(): { readonly html: string; readonly headers: Readonly<Record<string, string>> } {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>rungs run</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body>${BODY}<script>${LIVE_CLIENT}</script></body></html>
`
  const policy = [
    "default-src 'none'",
    `script-src '${sha256(LIVE_CLIENT)}'`,
    `style-src '${sha256(STYLE)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return {
    html,
    headers: {
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  }
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
