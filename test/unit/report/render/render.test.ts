import { describe, expect, it } from 'vitest'
import { closing, code, type Doc, figures, lines } from '../../../../src/markup/doc.js'
import { html } from '../../../../src/markup/html-escape.js'
import { renderDocPage } from '../../../../src/report/render/html.js'
import { renderJunit } from '../../../../src/report/render/junit.js'
import { renderMarkdown } from '../../../../src/report/render/markdown.js'
import { renderText } from '../../../../src/report/render/text.js'

const head = {
  answer: 'It came up heads.',
  remarks: ['3 throws.'],
  cautions: ['the table was not level'],
}
const doc: Doc = {
  command: 'coin',
  title: { text: 'Coin <b>', wrap: true, window: 'Coin · rungs' },
  verdict: { text: 'Fair', tone: 'good' },
  ...head,
  meta: ['today', 'here'],
  sections: [
    {
      id: 'throws',
      title: 'Throws',
      lead: 'In their order.',
      blocks: [
        {
          kind: 'table',
          columns: [
            { head: 'thrower', align: 'left', wrap: true, shortens: true },
            ...figures('heads'),
            { head: 'says', align: 'left', shows: 'strong' },
          ],
          rows: [
            { cells: ['a|b', '2', { text: 'fair', tone: 'good', sub: ['p 0.5'] }] },
            { cells: ['x'.repeat(90), { text: 'lost', tone: 'warn', across: 2 }], tone: 'bad' },
          ],
        },
      ],
    },
    {
      id: 'coin',
      title: 'The coin',
      blocks: [{ kind: 'facts', facts: [['Metal', 'gold & tin']] }],
      in: ['html'],
    },
    { title: 'Only here', blocks: [{ kind: 'list', texts: ['one'] }], in: ['markdown'] },
    closing(head),
  ],
  suite: { startedAt: '2026-01-31T09:05:07.000Z', seconds: 3 },
  main: ['throws', 'throws'],
  style: '',
  source: 'a hand',
  version: '0.1.0',
}

describe('a document', () => {
  it('ends on a terminal with the answer, and has its names shortened until its table fits', () => {
    const text = renderText(doc)
    expect(text.split('\n')).toEqual([
      'Throws',
      'thrower         heads  says',
      'a|b                 2  fair',
      'xxxxxxxxxxxxx…   lost',
      '',
      'It came up heads.',
      '3 throws.',
      'Note: the table was not level.',
    ])
  })

  it('has colours on a terminal where they are wanted: of a title, and of whole rows', () => {
    const bold = renderText(doc, { colour: true })
    expect(bold).toContain('\u001b[1mThrows\u001b[22m')
    expect(bold).toContain('\u001b[31mxxxxxxxxxxxxx…   lost\u001b[39m')
  })

  it('is Markdown, the answer first and the cautions last, with nothing taken for markup', () => {
    expect(renderMarkdown(doc)).toBe(
      [
        '# Coin &lt;b&gt;',
        'It came up heads.\n3 throws.',
        '## Throws',
        'In their order.',
        `| thrower | heads | says |\n| --- | ---: | --- |\n| a\\|b | 2 | fair (p 0.5) |\n| ${'x'.repeat(90)} | lost |`,
        '## Only here',
        '- one',
        'Note: the table was not level.',
        '',
      ]
        .join('\n\n')
        .replace(/\n\n$/, '\n'),
    )
  })

  it('is a page: verdict, answer and cautions above its sections, escaped', () => {
    const page = renderDocPage(doc)
    expect(page).toContain('<title>Coin · rungs</title>')
    expect(page).toContain('<a class="skip" href="#throws">Skip to the throws</a>')
    expect(page).toContain('<h1 class="wrap">Coin &lt;b&gt;</h1>')
    expect(page).toContain(
      '<p class="headline wrap"><strong class="good">Fair.</strong> It came up heads.</p>',
    )
    expect(page).toContain('<th scope="row" class="wrap">a|b</th><td class="num">2</td>')
    expect(page).toContain('<td><strong class="good">fair</strong><span class="sub">p 0.5</span></td>')
    expect(page).toContain('<td colspan="2" class="warn">lost</td>')
    expect(page).toContain('<dt>Metal</dt><dd>gold &amp; tin</dd>')
    expect(page).toContain('Made by rungs 0.1.0 from a hand;')
    expect(page).not.toContain('Only here')
    expect(page.indexOf('Cautions')).toBeLessThan(page.indexOf('<main>'))
    expect(page.match(/It came up heads/g)).toHaveLength(1)
  })

  it.each([
    [{ verdict: { text: 'Fair', tone: 'good' } as const }, 'failures="0" errors="0"'],
    [{ verdict: { text: 'Bent', tone: 'bad' } as const }, 'failures="1" errors="0"'],
    [{ verdict: { text: 'Not thrown', tone: 'warn' } as const }, 'failures="0" errors="1"'],
  ])('is a JUnit report of its verdict: %j', (change, counts) => {
    const text = renderJunit({ ...doc, ...change })
    expect(text).toContain(`<testsuite name="rungs coin" tests="1" ${counts} skipped="0"`)
    expect(text).toContain('time="3.000"')
    expect(text).toContain('name="Coin &lt;b&gt;"')
    expect(text).toContain('It came up heads.')
  })

  it('is a JUnit report of its cases where it has some, and none where nothing is judged', () => {
    const one = { className: 'c', name: 'n', state: 'skipped', message: 'm' } as const
    const suite = { startedAt: '', seconds: 0, cases: [one, one] }
    expect(renderJunit({ ...doc, suite })).toContain('tests="2" failures="0" errors="0" skipped="2"')
    expect(renderJunit({ ...doc, suite: null })).toBeNull()
  })

  it('never breaks what is typed, and breaks lists where they stand', () => {
    const typed = 'rungs '.repeat(10).trim()
    const blocks = [code([typed]), { kind: 'list', texts: ['some words of a list'] } as const]
    expect(renderText({ sections: [{ blocks }], width: 20 }).split('\n')).toEqual([
      `  ${typed}`,
      '  some words of a',
      '    list',
    ])
    const all = { ...doc, sections: [{ blocks }] }
    expect(renderMarkdown(all)).toContain(`\`\`\`\n${typed}\n\`\`\``)
    expect(renderDocPage(all)).toContain(`<pre>${typed}</pre>`)
  })

  it('leaves a drawing to pages', () => {
    const drawn = {
      ...doc,
      sections: [{ blocks: [lines('a'), { kind: 'drawing', drawing: html`<svg/>` } as const] }],
    }
    expect(renderText(drawn)).toBe('a')
    expect(renderMarkdown(drawn)).not.toContain('svg')
    expect(renderDocPage(drawn)).toContain('<svg/>')
  })
})
