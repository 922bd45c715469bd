import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { storedRecord } from '../../../../src/cli/world/resume.js'
import { KINDS } from '../../../../src/records/kinds.js'
import { gateResult } from '../../../helpers/gate-fixture.js'

let out: string
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'rungs-stored-'))
})
afterEach(() => rmSync(out, { recursive: true, force: true }))

function put(folder: string, startedAt: string | null): void {
  mkdirSync(join(out, folder))
  const text = startedAt === null ? '{' : JSON.stringify(gateResult({ id: folder, startedAt }))
  writeFileSync(join(out, folder, 'gate.json'), text)
}

it('is the newest gate, whatever its folder is called', async () => {
  put('2026-02-01T09-05-07-gate', '2026-02-01T09:05:07.000Z')
  put('before-release', '2026-03-01T09:05:07.000Z')
  mkdirSync(join(out, 'z-gate'))
  const { dir, record } = await storedRecord(KINDS.gate, true, out, out)
  expect([dir, record.id]).toEqual([join(out, 'before-release'), 'before-release'])
})

it('is no older one where the newest may be one that cannot be read', async () => {
  put('good', '2026-02-01T09:05:07.000Z')
  put('cut', null)
  await expect(storedRecord(KINDS.gate, true, out, out)).rejects.toThrow(
    /^--resume: \S+cut\/gate\.json: is cut off or not JSON: .*; or name the folder of the gate$/,
  )
  expect((await storedRecord(KINDS.gate, 'good', out, out)).record.id).toBe('good')
})

it('is to be named where there is none', async () => {
  await expect(storedRecord(KINDS.gate, true, out, out)).rejects.toThrow(
    `--resume: there is no gate in ${out}; name its folder`,
  )
  await expect(storedRecord(KINDS.gate, 'x', '/elsewhere', out)).rejects.toThrow(
    `--resume x: there is no gate.json in /elsewhere/x or ${join(out, 'x')}`,
  )
})
