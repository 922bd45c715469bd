import { expect, it } from 'vitest'
import { isBookkeeping, isCheckedPyc, isToolCache, pythonSourceOf } from '../../../src/arms/made-by-tools.js'

it.each([
  ['node_modules/.package-lock.json', true],
  ['apps/api/node_modules/.modules.yaml', true],
  ['node_modules/.pnpm-workspace-state-v1.json', true],
  ['node_modules/.yarn-integrity', true],
  ['.yarn/install-state.gz', true],
  ['.venv/lib/python3.11/site-packages/flask-3.0.dist-info/RECORD', true],
  ['node_modules/express/index.js', false],
  ['node_modules/.pnpm/express@5/node_modules/express/index.js', false],
  ['node_modules/.bin/tsc', false],
  ['.modules.yaml', false],
  ['RECORD', false],
  ['.yarn/releases/yarn-4.cjs', false],
])('%s is bookkeeping: %s', (path, expected) => {
  expect(isBookkeeping(path)).toBe(expected)
})

it.each([
  ['node_modules/.cache/babel-loader/0123456789abcdef0123.json', true],
  ['node_modules/.cache/terser/content-v2/sha512/ab/0123456789abcdef0123', true],
  ['apps/web/node_modules/.cache/.eslintcache', true],
  ['node_modules/.cache/tool/index.js', false],
  ['node_modules/.cache/prisma/libquery_engine.so.node', false],
  ['node_modules/.cache/prisma/schema-engine', false],
  ['.cache/0123456789abcdef0123', false],
  ['node_modules/a/.cache/x.json', false],
])('%s is a tool’s cache: %s', (path, expected) => {
  expect(isToolCache(path)).toBe(expected)
})

it('knows the source of compiled Python', () => {
  expect(pythonSourceOf('app/__pycache__/views.cpython-311.pyc')).toBe('app/views.py')
  expect(pythonSourceOf('__pycache__/main.cpython-312.opt-1.pyc')).toBe('main.py')
  expect(pythonSourceOf('app/views.pyc')).toBeNull()
  expect(pythonSourceOf('__pycache__/data.json')).toBeNull()
  expect(pythonSourceOf('__pycache__/views.pyc')).toBeNull()
})

it('knows compiled Python that is used without a look at its source', () => {
  const head = (flags: number) => Buffer.from([0xa7, 0x0d, 0x0d, 0x0a, flags, 0, 0, 0])
  expect([0b00, 0b11, 0b01].map((flags) => isCheckedPyc(head(flags)))).toEqual([true, true, false])
  expect(isCheckedPyc(Buffer.alloc(4))).toBe(false)
})
