import { type CalibrationPlan, calibrationStudy } from '../../calibrate/calibrate.js'
import type { CalibrationStep } from '../../calibrate/calibration-steps.js'
import { planCalibration } from '../../calibrate/plan.js'
import { commandChoices } from '../../config/commands/tables.js'
import { gatherConfiguration } from '../../config/read-configuration.js'
import { createClosedLoop } from '../../engine/closed/closed-loop.js'
import { createOpenLoop } from '../../engine/open/open-loop.js'
import type { Calibration } from '../../model/studies/calibration.js'
import { CALIBRATE } from '../../report/site/told.js'
import { UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import { affinityOn } from '../plan/plan-run.js'
import { randomSeed } from '../plan/random-seed.js'
import { envWithOnly, USED_BY_CALIBRATE } from '../plan/search-settings.js'
import type { Invocation } from '../terminal/invocation.js'
import { type AloneStudy, aloneStudy } from '../world/alone-study.js'
import { thisMachine } from '../world/surroundings.js'

interface Planned extends CalibrationPlan {
  readonly quick: boolean
  /** Why generator and server are not kept apart, or null. */
  readonly together: string | null
}

const calibration: AloneStudy<Calibration, Planned, CalibrationStep> = {
  ...CALIBRATE,
  plan: planned,
  begin: ({
    quick,
    seed,
    together,
    generatorCpus,
    serverCpus,
    entries,
    repeats,
    peerSeconds,
    hasCapacity,
  }) => ({
    affinity: together === null ? { generator: [...generatorCpus], service: [...serverCpus] } : null,
    quick,
    seed,
    plan: {
      schedules: entries.flatMap(({ fixture, schedules }) =>
        schedules.map((schedule) => ({ fixture: fixture.name, ...schedule })),
      ),
      repeats,
      peerSeconds,
      hasCapacity,
    },
    readings: [],
    peers: [],
    fixtures: [],
    verdict: 'not-judged',
  }),
  warnings: ({ together }) => (together === null ? [] : [together]),
  steps: ({ lease, signal }, plan, onStep) =>
    calibrationStudy(plan, {
      engine: createOpenLoop(),
      closedEngine: createClosedLoop(),
      lease,
      signal,
      onStep,
    }),
  // The tool itself is measured.
  fixed: ({ plan, quick, seed, affinity, tool }) => {
    const schedules = plan?.schedules.map(({ fixture, rate, seconds }) => `${fixture} ${rate}/s ${seconds} s`)
    return { 'rungs version': tool.version, ...plan, schedules, quick, seed, affinity }
  },
  isEmpty: ({ readings = [] }) => readings.length === 0,
  exit: ({ verdict }) => (verdict === 'within' ? ExitCode.Ok : ExitCode.Invalid),
}

/** `rungs calibrate`: what the instrument says of servers whose latency is known. */
export const calibrate = aloneStudy(calibration)

async function planned({ flags, env, cwd }: Invocation): Promise<Planned> {
  const { settings, loaded, problems } = await gatherConfiguration({
    flags: { out: flags.out, affinity: flags.affinity, seed: flags.seed },
    env: envWithOnly(USED_BY_CALIBRATE, env),
    cwd,
    configFile: flags.config,
    randomSeed: randomSeed(),
  })
  const wrong = [...problems]
  const choices = commandChoices('calibrate', { flags, env, loaded }, wrong)
  if (wrong.length > 0) throw new UserError(wrong)
  const { fixture: names, rates, duration, peers, repeats, quick } = choices
  const { split, reason } = affinityOn(thisMachine(env), settings.affinity)
  return {
    ...planCalibration({ fixtures: names, rates, seconds: duration, peerSeconds: peers, repeats, quick }),
    quick,
    seed: settings.seed,
    together: split ? null : reason,
    generatorCpus: split?.generator ?? [],
    serverCpus: split?.service ?? [],
  }
}
