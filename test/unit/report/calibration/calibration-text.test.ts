import { describe, expect, it } from 'vitest'
import type { Calibration } from '../../../../src/model/studies/calibration.js'
import {
  calibrationCautions,
  calibrationSummary,
  outcomeText,
  toleranceText,
} from '../../../../src/report/calibration/calibration-text.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { renderMarkdown } from '../../../../src/report/site/markdown.js'
import { calibration } from '../../../helpers/calibration-fixture.js'
import { mixedRun } from '../../../helpers/mixed-run.js'

const { machine, tool } = calibration()
const here = { machine, toolVersion: tool.version }
const good = (changes: Partial<Calibration> = {}): Calibration => ({
  ...calibration(),
  verdict: 'within',
  ...changes,
})

describe('what is said of a calibration', () => {
  it('counts what is within tolerance, and what does not add up', () => {
    expect(calibrationSummary(calibration())).toBe(
      '0 of 1 percentiles within tolerance, every request accounted for',
    )
    const [fixture] = calibration().fixtures
    const measurements = fixture!.measurements.map((one) => ({ ...one, problems: ['lost one'] }))
    expect(calibrationSummary(good({ fixtures: [{ ...fixture!, measurements }] }))).toContain(
      ', 1 problem of counting',
    )
    expect(calibrationSummary(good({ verdict: 'not-judged' }))).toBe('too few requests to judge anything')
  })

  it('tells the tolerance of most, and who has another', () => {
    const [fixture] = calibration().fixtures
    const stall = { ...fixture!, name: 'stall', tolerance: { share: 0.02, us: 500 } }
    expect(toleranceText([stall, fixture!, fixture!])).toBe('1 % or 0.5 ms; stall 2 % or 0.5 ms')
  })

  it('tells what became of what was scheduled', () => {
    const [measurement] = calibration().fixtures[0]!.measurements
    const counts = { ...measurement!.counts, ok: 4_900, timeout: 95 }
    expect(outcomeText({ counts, unsent: 5 })).toBe('4,900 ok + 95 timed out + 5 never sent')
  })

  it('has no caution for one that is within, of the same machine and version', () => {
    expect(calibrationCautions(good(), here)).toEqual([])
    expect(calibrationCautions(good(), { machine: null, toolVersion: null })).toEqual([])
  })

  it.each([
    ['outside', calibration(), 'outside its tolerance'],
    ['of another machine', good({ machine: { ...machine, hostname: 'other' } }), 'another machine (other, '],
    ['of fewer cores', good({ machine: { ...machine, usableCores: 1 } }), ', 1 core).'],
    ['of another Node', good({ machine: { ...machine, node: 'v1.2.3' } }), 'under Node 1.2.3'],
    ['of another version', good({ tool: { name: 'rungs', version: '9.9.9' } }), 'made by rungs 9.9.9'],
    ['that was quick', good({ quick: true }), 'shortened trial'],
    ['with a warning', good({ warnings: ['something waited'] }), 'something waited'],
  ])('says so of one %s', (_, one, text) => {
    const cautions = calibrationCautions(one, here)
    expect(cautions).toHaveLength(1)
    expect(cautions[0]).toContain(text)
  })
})

describe('the Markdown of a report', () => {
  const block = (one: Calibration | null) => renderMarkdown(reportModel([mixedRun()], [], one))

  it('shows the instrument’s error, outside tolerance in capitals', () => {
    expect(block(good())).toMatch(/\*\*Instrument error\*\* \(calibrated [^)]+\): within tolerance: 0 of 1/)
    expect(block(calibration())).toContain('OUTSIDE tolerance')
    expect(block(calibration())).toContain('- The instrument was outside its tolerance')
  })

  it('says nothing of it where it was never calibrated', () => {
    expect(block(null)).not.toContain('Instrument error')
  })
})
