import { expect, it } from 'vitest'
import { namesOfStep, parseTemplate, unknownTemplateNames } from '../../../../src/model/plan/template.js'

it('cuts a text at its templates, and nowhere else', () => {
  expect(parseTemplate('/a/{{id}}-{{ _b2 }}')).toEqual(['/a/', { name: 'id' }, '-', { name: '_b2' }])
  expect(parseTemplate('{{1}} {id} {{a b}} {{}}')).toEqual(['{{1}} {id} {{a b}} {{}}'])
  expect(parseTemplate('')).toEqual([])
  expect(parseTemplate('a={{x|url}}&b={{ y | url }}')).toEqual([
    'a=',
    { name: 'x', encoded: true },
    '&b=',
    { name: 'y', encoded: true },
  ])
  expect(parseTemplate('Dear {{{{name}}}}, {{{{#if a}}}}{{b}}')).toEqual([
    'Dear {{name}}, {{#if a}}',
    { name: 'b' },
  ])
  expect(parseTemplate('{"a":{"b":{{x}}}}')).toEqual(['{"a":{"b":', { name: 'x' }, '}}'])
})

it('finds the variables of a path, of headers and deep in a body, each once', () => {
  const step = { path: '/{{a}}', headers: { X: '{{b}}{{a}}' }, body: { '{{c}}': [{ d: '{{d}}' }, 4, null] } }
  expect(namesOfStep(step)).toEqual(['a', 'b', 'c', 'd'])
})

it('tells which variables nothing sets', () => {
  const scenario = {
    variables: { n: { counter: true as const } },
    steps: [
      { path: '/{{n}}/{{user}}', capture: { token: 't' } },
      { path: '/me/{{tokn}}', headers: { Authorization: '{{token}}' } },
    ],
  }
  expect(unknownTemplateNames(scenario, ['user'])).toEqual(['tokn'])
  expect(unknownTemplateNames(scenario, [])).toEqual(['user', 'tokn'])
})
