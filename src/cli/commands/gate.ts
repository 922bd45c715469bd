import { join, relative, resolve } from 'node:path'
import { checkoutsFolder } from '../../arms/checkout-cache.js'
import type { CompareChoices } from '../../arms/compare-arms.js'
import { identicalDecision } from '../../gate/decision.js'
import { gateExitCode } from '../../gate/exit-code.js'
import { planGate } from '../../gate/plan.js'
import { resumeProblems } from '../../gate/resume.js'
import { openLease } from '../../launch/lease/lease.js'
import { leaseFolders } from '../../launch/lease/lease-file.js'
import { readCores, usableCores } from '../../launch/machine/cores.js'
import { GATE_VERSION, type GateResult } from '../../model/studies/gate.js'
import type { GateIdentity } from '../../model/studies/gate-identity.js'
import { describeMachine } from '../../observe/machine.js'
import { gateDoc } from '../../report/gate/gate-doc.js'
import { differingText } from '../../report/gate/gate-identity-text.js'
import { renderText } from '../../report/render/text.js'
import { makeRunFolder, runId, writeGate } from '../../runner/studies/run-file.js'
import { collecting, UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import { declaredFiles } from '../gate/declared-files.js'
import { gateArmOf, prepareArms } from '../gate/gate-arms.js'
import { explained, hiding, ownFolders, projectChoicesOf } from '../gate/gate-checkouts.js'
import { besideBaseline, type Keeping, keep, readKeeping } from '../gate/gate-keep.js'
import { measureGate } from '../gate/gate-measure.js'
import { GATE_PAGE, tellFailure, writeGateOutputs } from '../gate/gate-outputs.js'
import { expectedBlockSeconds, type GateReading, gateSettingsOf, readGate } from '../gate/gate-plan.js'
import { gateProgress } from '../gate/gate-progress.js'
import { type StoredGate, storedGate } from '../gate/gate-stored.js'
import type { Invocation } from '../terminal/invocation.js'
import { listenForInterrupt } from '../world/interrupt.js'
import { makeResultsFolder, resultsFolder } from '../world/results-folder.js'
import { sweepFirst } from '../world/sweep-first.js'

/** `rungs gate`: is the head slower than the base? */
export async function gate(invocation: Invocation): Promise<ExitCode> {
  const { flags, cwd, output } = invocation
  const named = flags.resume as string | true | undefined
  const stored = named === undefined ? null : await storedGate(named, cwd, await resultsFolder(invocation))
  const reading = await readGate(invocation, stored?.result ?? null)
  const { choices, plan, origins } = reading
  const settings = gateSettingsOf(reading, origins.head.kind === 'url')
  const planned = planGate(settings, {
    perBlock: expectedBlockSeconds(settings, origins.head.kind === 'url'),
    setup: 0,
  })
  const problems = [...planned.problems]
  const out = resolve(cwd, plan.configuration.settings.out)
  const keeping = await collecting(problems, () => readKeeping(choices, origins, cwd, out))
  if (keeping === null || problems.length > 0) throw new UserError(problems)
  await sweepFirst(invocation)
  const interrupt = listenForInterrupt((name) =>
    output.warn(`${name}: stopping; finished blocks are kept (again to leave at once)`),
  )
  try {
    const whole = { invocation, reading, settings, stored, out, keeping, signal: interrupt.signal }
    return await compare({ ...whole, notes: planned.notes })
  } catch (error) {
    if (interrupt.signal.aborted && error === interrupt.signal.reason) return ExitCode.Interrupted
    throw error
  } finally {
    interrupt.dispose()
  }
}

interface Comparison {
  readonly invocation: Invocation
  readonly reading: GateReading
  readonly settings: GateResult['settings']
  readonly notes: readonly string[]
  readonly stored: StoredGate | null
  /** The results folder. */
  readonly out: string
  readonly keeping: Keeping
  readonly signal: AbortSignal
}

/** Builds, measures and tells. What fails before the first block leaves no verdict, but its reason in the folder. */
async function compare(comparison: Comparison): Promise<ExitCode> {
  const { invocation, reading, stored, out } = comparison
  const { env, output } = invocation
  const startedAt = new Date()
  const folder = stored
    ? { id: stored.result.id, dir: stored.dir }
    : await makeRunFolder(await makeResultsFolder(out), runId(startedAt, 'gate'))
  const lease = await openLease({ env })
  const progress = gateProgress(output)
  const choices = projectChoicesOf(reading)
  const headDir = reading.projectDir
  const own = ownFolders(out, env)
  const hide = hiding(choices)
  const warnings: string[] = []
  let arms: Awaited<ReturnType<typeof prepareArms>> | null = null
  try {
    for (const line of takenFromRemote(reading)) output.note(line)
    arms = await prepareArms(reading.origins, choices, comparing(comparison), {
      lease,
      signal: comparison.signal,
      env,
      logDir: join(folder.dir, 'logs'),
      headDir,
      ownFolders: own,
      hide,
      onCommand: (command) => progress.step(`building: ${command}`),
      onNote: (text) => {
        progress.end()
        output.note(text)
      },
      onWarning: (text) => warnings.push(text),
    })
    progress.end()
    const prepared = { ...resultOf(comparison, folder.id, startedAt, arms), warnings }
    const { identity } = arms
    for (const note of identity?.notes ?? []) output.note(note)
    if (identity && !identity.same) output.note(`measuring: ${differingText(identity)}`)
    const result =
      identity?.same && !reading.choices.measureIdentical
        ? await identical(prepared, identity, folder.dir)
        : await measureGate({
            ...comparison,
            result: prepared,
            arms,
            dir: folder.dir,
            lease,
            progress,
          })
    return await tell(comparison, folder.dir, result)
  } catch (error) {
    const told = await explained(error, arms, headDir, own, hide)
    if (told instanceof UserError) await tellFailure(invocation, told.problems)
    throw told
  } finally {
    progress.end()
    for (const line of await lease.release()) output.warn(line)
  }
}

/** A branch that only the remote has was not what was typed. */
function takenFromRemote({ origins, choices }: GateReading): string[] {
  return (['base', 'head'] as const).flatMap((side) => {
    const origin = origins[side]
    const name = choices[side]
    return origin.kind === 'ref' && name !== null && origin.ref !== name
      ? [`--${side} ${name}: taken from ${origin.ref}`]
      : []
  })
}

/** What is compared, and what is rungs' own wherever it lies. */
function comparing({ invocation: { env }, reading, out, signal }: Comparison): CompareChoices {
  const { plan, projectDir } = reading
  const { loaded } = plan.configuration
  return {
    artefacts: loaded?.config.gate?.artefacts ?? null,
    ignore: loaded?.config.gate?.ignore ?? null,
    own: { out, others: [checkoutsFolder(env), ...leaseFolders(env)] },
    declared: { projectDir, config: loaded?.file ?? null, files: declaredFiles(plan) },
    signal,
  }
}

function resultOf(
  { invocation, reading, settings, stored }: Comparison,
  id: string,
  startedAt: Date,
  arms: Awaited<ReturnType<typeof prepareArms>>,
): GateResult {
  const cores = readCores()
  const now = {
    machine: describeMachine({ usableCores: usableCores(cores), memoryLimitBytes: cores.memoryLimitBytes }),
    base: gateArmOf(reading.choices.base ?? '', arms.base),
    head: gateArmOf(reading.choices.head, arms.head),
    settings,
  }
  const problems = stored ? resumeProblems(stored.result, now) : []
  if (problems.length > 0) throw new UserError(problems)
  return {
    schemaVersion: GATE_VERSION,
    tool: { name: 'rungs', version: invocation.version },
    id,
    startedAt: stored?.result.startedAt ?? startedAt.toISOString(),
    finishedAt: null,
    state: 'running',
    ...now,
    ...(arms.identity ? { identity: arms.identity } : {}),
    blocks: stored?.result.blocks ?? [],
    ...(stored?.result.uncompared ? { uncompared: stored.result.uncompared } : {}),
    decision: null,
    warnings: [],
  }
}

async function identical(result: GateResult, identity: GateIdentity, dir: string): Promise<GateResult> {
  const decision = identicalDecision(result.settings, identity)
  const ended: GateResult = { ...result, state: 'completed', finishedAt: new Date().toISOString(), decision }
  await writeGate(dir, ended)
  return ended
}

async function tell(
  { invocation, reading, keeping }: Comparison,
  dir: string,
  measured: GateResult,
): Promise<ExitCode> {
  const { cwd, output } = invocation
  const result = besideBaseline(measured, keeping, reading.choices)
  if (result !== measured) await writeGate(dir, result)
  await writeGateOutputs(invocation, dir, result)
  output.print(`${renderText(gateDoc(result), { colour: output.colour })}\n`)
  output.print(`seed ${result.settings.seed}; ${relative(cwd, join(dir, 'gate.json'))}`)
  output.print(`page: ${relative(cwd, join(dir, GATE_PAGE))}`)
  for (const line of await keep(result, keeping, reading.choices, cwd)) output.note(line)
  if (result.decision?.ended === 'interrupted')
    output.print(`rungs gate --resume ${relative(cwd, dir)} goes on from here`)
  output.result(result)
  const { onInconclusive } = reading.choices
  if (onInconclusive === 'warn' && result.decision?.verdict === 'inconclusive')
    output.warn(`no verdict: ${result.decision.reason}`)
  return gateExitCode(result.decision, onInconclusive)
}
