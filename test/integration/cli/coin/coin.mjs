import { setTimeout as sleep } from 'node:timers/promises'
import { Type } from 'typebox'
import { aloneStudy } from '../../../../dist/src/cli/world/alone-study.js'
import { wholeNumber } from '../../../../dist/src/config/parsers.js'
import { resolveTable } from '../../../../dist/src/config/resolve-table.js'
import { lines } from '../../../../dist/src/markup/doc.js'
import { recordHead } from '../../../../dist/src/model/run/record.js'
import { UserError } from '../../../../dist/src/words/errors.js'

const parse = wholeNumber({ min: 1, max: 1_000, example: 9 })
const own = {
  sure: {
    ...{ flag: '--sure', placeholder: 'N', help: 'how many throws make it sure', env: ['SURE'], key: null },
    ...{ parse, default: 6, show: String },
  },
}
const schema = Type.Object({
  ...recordHead('coin', 1),
  ...{ sure: Type.Integer(), throws: Type.Array(Type.Boolean()) },
  answer: Type.Union([Type.String(), Type.Null()]),
})
const answerOf = ({ throws }) => `${throws.filter(Boolean).length} of ${throws.length} throws were heads`

/** Throws a coin until it is sure: heads every third time. */
export const coin = {
  ...{
    name: 'coin',
    summary: 'throw a coin until it is sure',
    examples: ['rungs coin --sure 9'],
    noun: 'coin',
  },
  ...{ own, ofRun: ['out'] },
  load: async () =>
    aloneStudy({
      kind: { name: 'coin', schema, file: 'coin.json', noun: 'coin', again: 'throw again', mark: 'throws' },
      plan({ flags, env }) {
        const { values, problems } = resolveTable(own, { flags, env, file: null })
        if (problems.length > 0) throw new UserError(problems)
        return values
      },
      begin: ({ sure }) => ({ sure, throws: [], answer: null }),
      steps: ({ signal }) => ({
        next: ({ throws, sure }) =>
          throws.length < sure ? { step: throws.length % 3 === 0 } : { end: { answer: 'it is fair' } },
        async take(isHeads, { record, save }) {
          await sleep(1, undefined, { signal })
          await save({ throws: [...record.throws, isHeads] })
        },
      }),
      fixed: ({ sure }) => ({ sure }),
      isEmpty: ({ throws }) => throws.length === 0,
      tell: (record) => ({
        ...{ command: 'coin', title: { text: 'A coin', window: 'A coin' }, answer: answerOf(record) },
        ...{ cautions: record.warnings, source: 'the coin’s result file', version: record.tool.version },
        ...{
          style: '',
          main: ['throws', 'Skip to the throws'],
          suite: { startedAt: record.startedAt, seconds: 1 },
        },
        verdict: record.answer === null ? undefined : { tone: 'good', text: record.answer },
        sections: [{ id: 'throws', title: 'Throws', blocks: [lines(answerOf(record))] }],
      }),
      listed: { title: 'Coins:', nameOf: () => 'a coin' },
      exit: () => 0,
    }),
}
