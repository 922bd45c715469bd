import { describe, expect, it } from 'vitest'
import { CPU_WORK } from '../../../../src/app/tasks/cpu-work.js'
import { IO_WORK } from '../../../../src/app/tasks/io-work.js'
import { kindOfTask, TASK_NAMES } from '../../../../src/app/tasks/task-catalog.js'
import { isRepeatId, kindOfId, newRepeatId, newTaskId, partId } from '../../../../src/app/tasks/task-ids.js'

const EXAMPLES: Record<string, unknown> = {
  generate_report: { rows: 10 },
  send_email: { to: 'a@example.org' },
  process_upload: { bytes: 3 },
  batch: { task: 'send_email', items: [{ to: 'a@example.org' }] },
}

describe('the task catalogue', () => {
  it.each(TASK_NAMES)('%s has work of its kind', (name) => {
    const kind = kindOfTask(name, EXAMPLES[name])
    expect(name in CPU_WORK).toBe(kind === 'cpu')
    expect(name in IO_WORK).toBe(kind === 'io')
  })

  it('CPU-heavy work is a function of its arguments', () => {
    const upload = CPU_WORK.process_upload as (args: object) => unknown
    // sha256 of "abc" is in FIPS 180-4; here of three zero bytes, as `head -c3 /dev/zero | sha256sum` prints it.
    expect(upload({ bytes: 3 })).toEqual({
      bytes: 3,
      sha256: '709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c',
    })
    const report = CPU_WORK.generate_report as (args: object) => unknown
    expect(report({ rows: 100 })).toEqual(report({ rows: 100, seed: 1 }))
  })
})

describe('ids', () => {
  it('tell the kind, and whether a task repeats', () => {
    for (const kind of ['io', 'cpu'] as const) {
      const plain = newTaskId(kind, 'a')
      expect([kindOfId(plain), isRepeatId(plain)]).toEqual([kind, false])
      const repeat = newRepeatId(kind)
      expect([kindOfId(repeat), isRepeatId(repeat)]).toEqual([kind, true])
      expect(kindOfId(partId(kind, plain, 7))).toBe(kind)
      // BullMQ takes no colon in an id that it is given.
      expect(plain + repeat + partId(kind, plain, 7)).not.toContain(':')
    }
    expect(kindOfId('repeat:io-1')).toBeNull()
  })

  it('of the same key and name are the same', () => {
    expect(newTaskId('io', 'a', 'key')).toBe(newTaskId('io', 'a', 'key'))
    expect(newTaskId('io', 'a', 'key')).not.toBe(newTaskId('io', 'b', 'key'))
    expect(newTaskId('io', 'a', 'k1')).not.toBe(newTaskId('io', 'a', 'k2'))
    expect(newTaskId('io', 'a')).not.toBe(newTaskId('io', 'a'))
  })
})
