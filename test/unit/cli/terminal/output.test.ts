import { expect, it } from 'vitest'
import { hasColour, problemText } from '../../../../src/cli/terminal/output.js'
import { paint } from '../../../../src/markup/paint.js'

it('colours a terminal only, unless told otherwise; NO_COLOR wins', () => {
  const [terminal, pipe] = [{ isTTY: true }, {}]
  expect(hasColour(terminal, {})).toBe(true)
  expect(hasColour(pipe, { CI: 'true' })).toBe(false)
  expect(hasColour(pipe, { FORCE_COLOR: '1' })).toBe(true)
  expect(hasColour(terminal, { FORCE_COLOR: '0' })).toBe(false)
  expect(hasColour(terminal, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false)
  // As no-color.org has it: an empty one says nothing.
  expect(hasColour(terminal, { NO_COLOR: '' })).toBe(true)
  expect(hasColour(terminal, { TERM: 'dumb' })).toBe(false)
})

it('an error is one line, of which a terminal paints what is to be done', () => {
  const problem = 'x/y: results cannot be written there (EACCES); name another folder with --out'
  expect(problemText(problem, paint(false))).toBe(`error: ${problem}`)
  const painted = problemText(problem, paint(true))
  expect(painted).not.toContain('\n')
  expect(painted).toContain('\x1b[36m; name another folder with --out\x1b[39m')
  expect(problemText('plain', paint(false))).toBe('error: plain')
})
