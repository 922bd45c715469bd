import { type Doc, type DocColumn, type DocSection, figures, type Said, type Tone } from '../../markup/doc.js'
import { STYLE } from '../../markup/html-style.js'
import type {
  CalibratedFixture,
  Calibration,
  CalibrationMeasurement,
  CalibrationVerdict,
  PauseSummary,
  PeerReading,
  PercentileError,
} from '../../model/studies/calibration.js'
import * as format from '../../words/format.js'
import {
  calibrationSummary,
  capacityText,
  outcomeText,
  preciseMs,
  signed,
  toleranceText,
} from './calibration-text.js'
import { calibrationSection } from './html-calibration.js'

const COLUMNS: readonly DocColumn[] = [
  ...figures('req/s'),
  { head: 'latency', align: 'left' },
  ...figures('server ms', 'expected', 'measured', 'error ms', 'error'),
  { head: 'verdict', align: 'left' },
]

const VERDICTS: Readonly<Record<CalibrationVerdict, readonly [word: string, colour: Tone | undefined]>> = {
  within: ['within', undefined],
  outside: ['OUTSIDE', 'bad'],
  'not-judged': ['not judged', 'dim'],
  paused: ['paused', 'dim'],
}

const TITLES: Readonly<Record<CalibrationVerdict, Said>> = {
  within: { text: 'Within tolerance', tone: 'good' },
  outside: { text: 'Outside tolerance', tone: 'bad' },
  'not-judged': { text: 'Not judged', tone: 'warn' },
  paused: { text: 'Not judged', tone: 'warn' },
}

/** How far the instrument is off: fixture by fixture, and what it comes to. */
export function calibrationDoc(calibration: Calibration): Doc {
  const { fixtures, capacity = [], verdict, startedAt, machine, tool, state } = calibration
  const section = calibrationSection(calibration, { machine, toolVersion: tool.version })
  return {
    command: 'calibrate',
    title: { text: 'Instrument error', window: 'Calibration · rungs' },
    verdict: state === 'completed' ? TITLES[verdict] : { text: 'Not ended', tone: 'warn' },
    answer: `${format.capital(calibrationSummary(calibration))}.`,
    meta: [format.instant(startedAt), `${machine.cpuModel}, ${format.plural(machine.usableCores, 'core')}`],
    sections: [
      ...fixtures.map(fixtureSection),
      ...capacity.map((one): DocSection => {
        const [word, tone] = VERDICTS[one.verdict]
        const text = `${capacityText(one)}: ${word}`
        return {
          title: `${one.name}: ${one.title}`,
          blocks: [{ kind: 'lines', lines: [{ text, tone }] }],
          in: ['text', 'markdown'],
        }
      }),
      conclusion(calibration),
      // The answer is at the top there.
      { blocks: conclusion(calibration).blocks.slice(1), in: ['markdown'] },
      {
        id: 'instrument',
        title: 'What was expected, and what was measured',
        blocks: section === null ? [] : [{ kind: 'drawing', drawing: section }],
        in: ['html'],
      },
    ],
    suite: {
      startedAt,
      seconds: (Date.parse(calibration.finishedAt ?? startedAt) - Date.parse(startedAt)) / 1_000,
    },
    main: ['instrument', 'figures'],
    style: STYLE,
    source: 'the calibration’s result file',
    version: tool.version,
  }
}

function fixtureSection({ name, title, measurements, peers }: CalibratedFixture): DocSection {
  const rows = measurements.flatMap(({ rate, percentiles }) =>
    percentiles.map((one, index) => ({
      cells: [index === 0 ? format.integer(rate) : '', ...cells(one)],
      tone: VERDICTS[one.verdict][1],
    })),
  )
  const peerLines = peers.map((peer) => ({ text: peerText(peer), tone: 'dim' }) as const)
  return {
    title: `${name}: ${title}`,
    blocks: [
      { kind: 'table', columns: COLUMNS, rows },
      { kind: 'lines', lines: [...measurements.flatMap(countLines), ...peerLines] },
    ],
    in: ['text', 'markdown'],
  }
}

function cells({
  percentile,
  undisturbedUs,
  expectedUs,
  measuredUs,
  errorUs,
  errorShare,
  verdict,
}: PercentileError) {
  return [
    `p${percentile}`,
    preciseMs(undisturbedUs),
    preciseMs(expectedUs),
    preciseMs(measuredUs),
    signed(errorUs, preciseMs),
    signed(errorShare, (share) => `${(100 * share).toFixed(2)} %`),
    VERDICTS[verdict][0],
  ]
}

function countLines(one: CalibrationMeasurement): Said[] {
  const { rate, scheduled, server, problems } = one
  const line = `${format.integer(rate)}/s: ${format.integer(scheduled)} scheduled = ${outcomeText(one)}; server: ${serverText(server)}; ${lagText(one)}; pauses: ${pausesText(one)}${repeatsText(one)}`
  return [
    { text: line },
    ...problems.map((problem) => ({ text: `${format.integer(rate)}/s: ${problem}`, tone: 'bad' }) as const),
  ]
}

/** How late requests were sent, and how late the generator itself was: that part of an error is the instrument's. */
function lagText({ sendLagP99Us, ownLagP99Us }: CalibrationMeasurement): string {
  const [all, own] = [sendLagP99Us, ownLagP99Us].map(preciseMs)
  return `send lag p99 ${all} ms, the generator’s own ${own} ms`
}

/** Largest errors of all repeats, of which the one in the middle is shown; nothing of a single one. */
function repeatsText({ largestErrors }: CalibrationMeasurement): string {
  if (largestErrors.length < 2) return ''
  const errors = largestErrors.map((error) => error.toFixed(2)).join(', ')
  return `; largest error of each of ${largestErrors.length} measurements: ${errors} of the tolerance`
}

/** How often and how long the two processes were held up though they were awake. */
function pausesText({ pauses: { generator, server } }: CalibrationMeasurement): string {
  const text = ({ count, share, longestUs }: PauseSummary) =>
    count === 0
      ? 'none'
      : `${count}, ${(100 * share).toFixed(2)} % of the time, longest ${preciseMs(longestUs)} ms`
  return `generator ${text(generator)}; server ${text(server)}`
}

function serverText({ requests, answered, dropped, hung }: CalibrationMeasurement['server']): string {
  const parts = [
    [answered, 'answered'],
    [dropped, 'dropped'],
    [hung, 'hung'],
  ] as const
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${format.integer(count)} ${what}`)
  return `${format.integer(requests)} requests${told.length > 0 ? `, ${told.join(', ')}` : ''}`
}

function peerText(peer: PeerReading): string {
  if (peer.state !== 'measured')
    return `${peer.tool}: ${peer.state === 'failed' ? `failed: ${peer.reason}` : 'not installed'}`
  const { tool, connections, p50Us, p90Us, p99Us, answers, errors, server } = peer
  const [p50, p90, p99] = [p50Us, p90Us, p99Us].map(format.milliseconds)
  return `${tool}, closed loop, ${connections} connections: p50 ${p50}, p90 ${p90}, p99 ${p99} ms; ${format.integer(answers)} answers, ${format.integer(errors)} errors; server: ${serverText(server)}`
}

function conclusion(calibration: Calibration): DocSection {
  const { verdict, fixtures, quick, warnings } = calibration
  const more = verdict === 'not-judged' ? ': measure longer (--duration)' : ''
  const summary = `${format.capital(calibrationSummary(calibration))}${more}.`
  const notes: Said[] = [
    ...(fixtures.length === 0 ? [] : [{ text: readingText(fixtures), tone: 'dim' } as const]),
    ...(quick ? [{ text: 'Quick: a trial of the path, no figures to quote.', tone: 'warn' } as const] : []),
  ]
  return {
    blocks: [
      { kind: 'lines', lines: [{ text: summary, tone: verdict === 'within' ? 'good' : 'bad' }] },
      { kind: 'lines', lines: notes, indent: '' },
      { kind: 'lines', lines: warnings.map((text) => ({ text: `warning: ${text}`, tone: 'warn' })) },
    ],
    in: ['text'],
  }
}

function readingText(fixtures: readonly CalibratedFixture[]): string {
  return `Tolerance: ${toleranceText(fixtures)}. Errors include what loopback and the client add; fixed-0 shows it. The generator’s own lag is how late it came to a request, and is part of the error. Expected: the server’s own time, and what this machine’s pauses make of it for a client without any error. Not judged: fewer than 5 requests lie beyond the percentile. Paused: outside, but more requests met a pause than lie beyond the percentile, so that the machine made the error.`
}
