import { describe, expect, it } from 'vitest'
import { ladderResult } from '../../../src/ladder/ladder-result.js'
import { PLAIN } from '../../../src/model/studies/plain-figures.js'
import { summaryCsv } from '../../../src/report/exports/csv.js'
import { summaryPrometheus } from '../../../src/report/exports/prometheus.js'
import { summaryOf } from '../../../src/report/exports/summary.js'
import { reportModel } from '../../../src/report/findings/report-model.js'
import { ladderDoc } from '../../../src/report/ladder/ladder-doc.js'
import { renderDocPage } from '../../../src/report/render/html.js'
import { renderText } from '../../../src/report/render/text.js'
import { runTable } from '../../../src/report/run/run-table.js'
import { renderHtml } from '../../../src/report/site/html.js'
import { renderMarkdown } from '../../../src/report/site/markdown.js'
import { smallLadder } from '../../helpers/ladder-fixture.js'

describe('a row of the list of figures', () => {
  const { run, ladder } = smallLadder()
  const model = reportModel([run])
  const summary = summaryOf(model, [run])
  const doc = ladderDoc(ladderResult(run, ladder))

  it.each(PLAIN)('$key is in every table, file and metric that it names', ({ key, heads, csv, metric }) => {
    expect(summary.cells[0]?.phases[0]?.figures).toHaveProperty(key)
    expect(summaryCsv(summary).split('\r\n')[0]?.split(',')).toContain(csv)
    expect(summaryPrometheus(summary)).toContain(`\n${metric.name}{`)
    expect(renderHtml(model, '')).toContain(`>${heads.page[0]}<span class="sub">${heads.page[1]}</span></th>`)
    if (heads.terminal) expect(runTable(run, { columns: 100 })).toContain(heads.terminal.head)
    if (heads.markdown) expect(renderMarkdown(model)).toContain(` ${heads.markdown} |`)
    expect(renderText(doc)).toContain(heads.ladder.terminal)
    expect(renderDocPage(doc)).toContain(`>${heads.ladder.page}</th>`)
  })
})
