const DOCUMENTS =
  '{README,Readme,readme,CHANGELOG,Changelog,changelog,LICENSE,License,license,LICENCE,COPYING,NOTICE,AUTHORS,CONTRIBUTING,CODE_OF_CONDUCT,SECURITY}'

/** What `gate.ignore` is where nobody sets it: documents and settings of editors and CI, no folder that could hold code. */
export const DEFAULT_IGNORE: readonly string[] = [
  `${DOCUMENTS}{,.md,.*.md,.txt,.rst,.adoc}`,
  'LICENSE-{MIT,APACHE}',
  '.github/',
  '.gitlab-ci.yml',
  '.vscode/',
  '.idea/',
  '.editorconfig',
  '.gitattributes',
  '.gitignore',
  '.DS_Store',
  '.mypy_cache/',
  '.pytest_cache/',
  '.ruff_cache/',
]

/**
 * Whether patterns name a path: tried from the root of the repository and from the project's folder. `*` and `?` stay
 * within a name, `**` does not, `{a,b}` is either, a `/` at the end is a folder with all that is in it. A pattern without
 * it names files only, so that `README` never leaves out a folder of code.
 * @param within the project's folder in the repository, such as `apps/api/`; empty where it is the repository's own
 */
export function ignoring(patterns: readonly string[], within: string): (path: string) => boolean {
  const expressions = patterns.map(expressionOf)
  const matches = (path: string) => expressions.some((expression) => expression.test(path))
  return (path) =>
    matches(path) || (within !== '' && path.startsWith(within) && matches(path.slice(within.length)))
}

function expressionOf(pattern: string): RegExp {
  let [text, depth] = ['', 0]
  for (const [token] of pattern.replace(/^\.?\//, '').matchAll(/\*\*\/|\*\*|[\s\S]/g)) {
    const isAlternative = depth > 0 && token === ','
    if (token === '**/') text += '(?:.*/)?'
    else if (token === '**') text += '.*'
    else if (token === '*') text += '[^/]*'
    else if (token === '?') text += '[^/]'
    else if (token === '{') text += '(?:'
    else if (token === '}') text += ')'
    else text += isAlternative ? '|' : token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    depth += token === '{' ? 1 : token === '}' ? -1 : 0
  }
  return new RegExp(`^${text}${pattern.endsWith('/') ? '.*' : ''}$`)
}

/** What is wrong with patterns of a configuration, a line each. */
export function ignoreProblems(patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => {
    const opened = pattern.replace(/[^{]/g, '').length
    const isBalanced = opened === pattern.replace(/[^}]/g, '').length && !/\{[^}]*\{|^[^{]*\}/.test(pattern)
    if (isBalanced && !pattern.startsWith('!') && !/(^|\/)\.\.(\/|$)/.test(pattern)) return []
    return [
      `gate.ignore: ${pattern}: write a path with *, ** and {a,b}, such as docs/ or *.md; no !, no .., no { within {`,
    ]
  })
}
