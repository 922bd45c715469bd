import { describe, expect, it } from 'vitest'
import { SettingReader } from '../../../../src/app/support/setting-reader.js'
import { readTaskSettings } from '../../../../src/app/tasks/task-settings.js'

function read(env: NodeJS.ProcessEnv) {
  const reader = new SettingReader(env)
  return { settings: readTaskSettings(reader), problems: reader.problems }
}

const ON = { ENABLE_BACKGROUND_TASKS: 'true' }

describe('the settings of the queue', () => {
  it('are none without ENABLE_BACKGROUND_TASKS, whatever else is set', () => {
    expect(read({ REDIS_URL: 'redis://h/0', TASK_BROKER_URL: 'nonsense' })).toEqual({
      settings: null,
      problems: [],
    })
  })

  it('results go where the broker is, and both where Redis is, unless told otherwise', () => {
    expect(read({ ...ON, REDIS_URL: 'redis://h/1' }).settings).toMatchObject({
      brokerUrl: 'redis://h/1',
      resultUrl: 'redis://h/1',
      keyPrefix: 'app',
    })
    const apart = {
      ...ON,
      REDIS_URL: 'redis://h/1',
      TASK_BROKER_URL: 'redis://h/2',
      TASK_RESULT_BACKEND: 'rediss://r/3',
    }
    expect(read(apart).settings).toMatchObject({ brokerUrl: 'redis://h/2', resultUrl: 'rediss://r/3' })
  })

  it('a wrong URL is told once, without its value', () => {
    const { problems } = read({ ...ON, TASK_BROKER_URL: 'amqp://u:s3cret@h' })
    expect(problems).toEqual([
      'TASK_BROKER_URL: is not valid; it must look like redis://USER:PASSWORD@HOST:PORT/DATABASE',
    ])
  })

  it('a missing one is told, and wrong numbers with it', () => {
    expect(read({ ...ON, TASK_ATTEMPTS: '0', REDIS_KEY_PREFIX: 'a b' }).problems).toEqual([
      'TASK_BROKER_URL or REDIS_URL: is required with ENABLE_BACKGROUND_TASKS; set redis://HOST:PORT/DATABASE',
      'REDIS_KEY_PREFIX: must be letters, digits, dots, hyphens or underscores',
      'TASK_ATTEMPTS: "0" is not valid; it must be a whole number from 1 to 100',
    ])
  })
})
