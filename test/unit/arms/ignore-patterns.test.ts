import { describe, expect, it } from 'vitest'
import { DEFAULT_IGNORE, ignoreProblems, ignoring } from '../../../src/arms/ignore-patterns.js'

const kept = (patterns: readonly string[], paths: readonly string[], within = '') => {
  const isIgnored = ignoring(patterns, within)
  return paths.filter((path) => !isIgnored(path))
}

describe('ignoring', () => {
  it.each([
    [
      ['docs/'],
      ['docs/a', 'docs/b/c', 'docs/', 'docs', 'docs.js', 'src/docs/a'],
      ['docs', 'docs.js', 'src/docs/a'],
    ],
    [['*.md'], ['a.md', 'a.mdx', 'docs/a.md', '.md'], ['a.mdx', 'docs/a.md']],
    [['**/*.md'], ['a.md', 'docs/b/a.md', 'docs/b/a.js'], ['docs/b/a.js']],
    [['test/**'], ['test/a/b', 'test', 'tests/a'], ['test', 'tests/a']],
    [['a?.{js,ts}'], ['ab.js', 'ab.ts', 'a.js', 'abc.js', 'a/.js'], ['a.js', 'abc.js', 'a/.js']],
    [['[id].js', 'a+b(c).js'], ['[id].js', 'i.js', 'a+b(c).js'], ['i.js']],
    [['/x', './y'], ['x', 'y'], []],
  ])('%j of %j leaves %j', (patterns, paths, left) => {
    expect(kept(patterns, paths)).toEqual(left)
  })

  it('is tried from the project’s folder too', () => {
    const paths = ['README.md', 'apps/api/README.md', 'apps/web/README.md', 'packages/lib/README.md']
    expect(kept(['README.md'], paths, 'apps/api/')).toEqual(['apps/web/README.md', 'packages/lib/README.md'])
  })

  it('leaves out documents and settings of editors and CI by default, and nothing that could be code', () => {
    const documents = [
      'README.md',
      'README',
      'readme.md',
      'README.de.md',
      'CHANGELOG.md',
      'LICENSE',
      'LICENSE-MIT',
    ]
    const settings = ['.github/workflows/ci.yml', '.vscode/settings.json', '.editorconfig', '.gitignore']
    expect(kept(DEFAULT_IGNORE, [...documents, ...settings])).toEqual([])
    const counting = [
      'README.js',
      'README/index.js',
      'CHANGELOG/x.py',
      'LICENSE.html',
      'docs/guide.md',
      'docs/views.py',
      'test/a.js',
      'reports/views.py',
      'src/README.md',
      'lib/.github/a.js',
      'package.json',
      '.env',
      '.npmrc',
      'dist/.gitignore',
    ]
    expect(kept(DEFAULT_IGNORE, counting)).toEqual(counting)
  })
})

it('refuses patterns that it would read otherwise than they are meant', () => {
  expect(ignoreProblems([...DEFAULT_IGNORE, 'docs/', '**/*.md', '[id].js'])).toEqual([])
  for (const pattern of ['!docs/', '../other/', '{a,b', 'a}', '{a,{b,c}}', '}{']) {
    expect(ignoreProblems([pattern]), pattern).toHaveLength(1)
  }
})
