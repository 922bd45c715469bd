import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lackOfProgram, needs } from '../../helpers/needs.js'

const UNITS = ['levels/2-supervised/rungs-app.service', 'levels/3-queued/rungs-queue.service']
const lack = lackOfProgram('systemd-analyze', ['--version'])

describe.each(UNITS)('%s', needs(lack), (file) => {
  it('is accepted by systemd-analyze verify, without a warning', () => {
    const dir = mkdtempSync(join(tmpdir(), 'rungs-unit-'))
    const copy = join(dir, basename(file))
    // Where Node is elsewhere, only its path differs.
    const node = existsSync('/usr/bin/node') ? '/usr/bin/node' : process.execPath
    writeFileSync(copy, readFileSync(file, 'utf8').replaceAll('/usr/bin/node', node))
    const { status, stderr, stdout } = spawnSync('systemd-analyze', ['verify', copy], { encoding: 'utf8' })
    rmSync(dir, { recursive: true })
    expect({ status, told: `${stdout}${stderr}` }).toEqual({ status: 0, told: '' })
  })

  it('is hardened: systemd-analyze security says OK', () => {
    const told = execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', file], {
      encoding: 'utf8',
    })
    expect(told).toMatch(/Overall exposure level.* OK/)
  })

  it('runs files that exist', () => {
    const unit = readFileSync(file, 'utf8')
    const paths = [...unit.matchAll(/^Exec\w+=\/usr\/bin\/node (\S+)(?: start (\S+))?/gm)].flatMap((match) =>
      match.slice(1).filter(Boolean),
    )
    expect(paths).toHaveLength(3)
    for (const path of paths) expect(existsSync(path)).toBe(true)
  })
})
