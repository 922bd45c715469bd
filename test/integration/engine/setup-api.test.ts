import { expect, it } from 'vitest'
import type { SetupApi } from '../../../src/model/plan/scenario.js'
import { withSetupApi } from '../../../src/runner/cell/setup-api.js'
import { lackOfOpenssl, needs } from '../../helpers/needs.js'
import { keepOpen, serveHttp, serveHttps } from './loopback.js'

const keep = keepOpen()

const ask = <T>(url: string, work: (api: SetupApi) => Promise<T>) =>
  withSetupApi(url, new AbortController().signal, work)

it('trusts any certificate, as the load does', needs(lackOfOpenssl), async () => {
  const { url } = keep(await serveHttps((_request, response) => response.end('{"ok":true}')))
  expect(await ask(url, (api) => api.request('/'))).toEqual({ status: 200, body: { ok: true } })
})

it('sends bodies as what they are, and reads whole numbers beyond 2^53', async () => {
  const sent: string[] = []
  const { url } = keep(
    await serveHttp(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      sent.push(`${String(request.headers['content-type']).split(';')[0]} ${body}`)
      response.end('{"id":9007199254740993}')
    }),
  )
  await ask(url, async (api) => {
    const post = (body: unknown) => api.request('/', { method: 'POST', body })
    const { body } = await post({ a: 1 })
    await post(body)
    await post(new URLSearchParams({ a: 'b c' }))
    await post(Buffer.from('raw'))
    const form = new FormData()
    form.append('a', 'b')
    await post(form)
  })
  expect(sent.slice(0, 4)).toEqual([
    'application/json {"a":1}',
    'application/json {"id":9007199254740993}',
    'application/x-www-form-urlencoded a=b+c',
    'undefined raw',
  ])
  expect(sent[4]).toMatch(/^multipart\/form-data .*name="a"/s)
})
