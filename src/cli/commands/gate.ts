import { join, relative, resolve } from 'node:path'
import { checkoutsFolder } from '../../arms/checkout-cache.js'
import type { CompareChoices } from '../../arms/compare-arms.js'
import { identicalDecision } from '../../gate/decision.js'
import { gateExitCode } from '../../gate/exit-code.js'
import { planGate } from '../../gate/plan.js'
import { resumeProblems } from '../../gate/resume.js'
import { leaseFolders } from '../../launch/lease/lease-file.js'
import { beginRecord } from '../../model/run/record.js'
import { GateResult } from '../../model/studies/gate.js'
import type { GateIdentity } from '../../model/studies/gate-identity.js'
import { KINDS } from '../../records/kinds.js'
import type { Found } from '../../records/results.js'
import { makeRunFolder, runId, writeRecord } from '../../records/write-record.js'
import { gateDoc } from '../../report/gate/gate-doc.js'
import { differingText } from '../../report/gate/gate-identity-text.js'
import { renderText } from '../../report/render/text.js'
import { collecting, UserError } from '../../words/errors.js'
import type { ExitCode } from '../../words/exit-codes.js'
import { declaredFiles } from '../gate/declared-files.js'
import { gateArmOf, type PreparedArms, prepareArms } from '../gate/gate-arms.js'
import { explained, hiding, ownFolders, projectChoicesOf } from '../gate/gate-checkouts.js'
import { besideBaseline, type Keeping, keep, readKeeping } from '../gate/gate-keep.js'
import { measureGate } from '../gate/gate-measure.js'
import { GATE_PAGE, tellFailure, writeGateOutputs } from '../gate/gate-outputs.js'
import { expectedBlockSeconds, type GateReading, gateSettingsOf, readGate } from '../gate/gate-plan.js'
import { gateProgress } from '../gate/gate-progress.js'
import type { Invocation } from '../terminal/invocation.js'
import { holding } from '../world/hold-folder.js'
import { makeResultsFolder, resultsFolder } from '../world/results-folder.js'
import { goOnText, storedRecord } from '../world/resume.js'
import { type ThisMachine, thisMachine } from '../world/surroundings.js'
import { inWorld, type World } from '../world/world.js'

/** `rungs gate`: is the head slower than the base? */
export async function gate(invocation: Invocation): Promise<ExitCode> {
  const { flags, cwd, output } = invocation
  const named = flags.resume as string | true | undefined
  const stored =
    named === undefined ? null : await storedRecord(KINDS.gate, named, cwd, await resultsFolder(invocation))
  const reading = await readGate(invocation, stored?.record ?? null)
  const { choices, plan, origins } = reading
  const settings = gateSettingsOf(reading, origins.head.kind === 'url')
  const perBlock = expectedBlockSeconds(settings, origins.head.kind === 'url')
  const problems = [...planGate(settings, { perBlock, setup: 0 }).problems]
  const out = resolve(cwd, plan.configuration.settings.out)
  const keeping = await collecting(problems, () => readKeeping(choices, origins, cwd, out))
  if (keeping === null || problems.length > 0) throw new UserError(problems)
  const around = thisMachine(invocation.env)
  const comparison = { invocation, reading, settings, stored, out, around }
  try {
    const onSignal = (name: string) =>
      output.warn(`${name}: stopping; finished blocks are kept (again to leave at once)`)
    const { dir, result } = await inWorld(invocation, onSignal, (world) => compare(comparison, world))
    return await tell(comparison, keeping, dir, result)
  } catch (error) {
    if (error instanceof UserError) await tellFailure(invocation, error.problems)
    throw error
  }
}

interface Comparison {
  readonly invocation: Invocation
  readonly reading: GateReading
  readonly settings: GateResult['settings']
  readonly stored: Found<GateResult> | null
  /** The results folder. */
  readonly out: string
  readonly around: ThisMachine
}

/** Builds and measures. What fails before the first block leaves no verdict, but its reason in the folder. */
async function compare(comparison: Comparison, world: World): Promise<{ dir: string; result: GateResult }> {
  const { stored, out } = comparison
  const startedAt = new Date()
  const { id, dir } = stored
    ? { id: stored.record.id, dir: stored.dir }
    : await makeRunFolder(await makeResultsFolder(out), runId(startedAt, 'gate'))
  const result = await holding(dir, () => compareIn({ ...comparison, id, dir, startedAt }, world))
  return { dir, result }
}

async function compareIn(
  {
    id,
    dir,
    startedAt,
    ...comparison
  }: Comparison & {
    readonly id: string
    readonly dir: string
    readonly startedAt: Date
  },
  world: World,
): Promise<GateResult> {
  const { invocation, reading, out } = comparison
  const { env, output } = invocation
  const { lease, signal } = world
  const progress = gateProgress(output)
  const choices = projectChoicesOf(reading)
  const headDir = reading.projectDir
  const own = ownFolders(out, env)
  const hide = hiding(choices)
  const warnings: string[] = []
  let arms: PreparedArms | null = null
  try {
    for (const line of takenFromRemote(reading)) output.note(line)
    arms = await prepareArms(reading.origins, choices, comparing(comparison, signal), {
      lease,
      signal,
      env,
      logDir: join(dir, 'logs'),
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
    const prepared = { ...resultOf(comparison, id, startedAt, arms), warnings }
    const { identity } = arms
    for (const note of identity?.notes ?? []) output.note(note)
    if (identity && !identity.same) output.note(`measuring: ${differingText(identity)}`)
    return identity?.same && !reading.choices.measureIdentical
      ? await identical(prepared, identity, dir)
      : await measureGate({ ...comparison, result: prepared, arms, dir, progress }, world)
  } catch (error) {
    throw await explained(error, arms, headDir, own, hide)
  } finally {
    progress.end()
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
function comparing({ invocation: { env }, reading, out }: Comparison, signal: AbortSignal): CompareChoices {
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
  { invocation, reading, settings, stored, around }: Comparison,
  id: string,
  startedAt: Date,
  arms: PreparedArms,
): GateResult {
  const { machine } = around
  const now = {
    base: gateArmOf(reading.choices.base ?? '', arms.base),
    head: gateArmOf(reading.choices.head, arms.head),
    settings,
  }
  const problems = stored ? resumeProblems(stored.record, { machine, ...now }) : []
  if (problems.length > 0) throw new UserError(problems)
  return {
    ...beginRecord(GateResult, {
      tool: { name: 'rungs', version: invocation.version },
      id,
      startedAt: stored?.record.startedAt ?? startedAt.toISOString(),
      machine,
      warnings: [],
    }),
    ...now,
    ...(arms.identity ? { identity: arms.identity } : {}),
    blocks: stored?.record.blocks ?? [],
    ...(stored?.record.uncompared ? { uncompared: stored.record.uncompared } : {}),
    decision: null,
  }
}

async function identical(result: GateResult, identity: GateIdentity, dir: string): Promise<GateResult> {
  const decision = identicalDecision(result.settings, identity)
  const ended: GateResult = { ...result, state: 'completed', finishedAt: new Date().toISOString(), decision }
  await writeRecord(dir, ended)
  return ended
}

async function tell(
  { invocation, reading }: Comparison,
  keeping: Keeping,
  dir: string,
  measured: GateResult,
): Promise<ExitCode> {
  const { cwd, output } = invocation
  const result = besideBaseline(measured, keeping, reading.choices)
  if (result !== measured) await writeRecord(dir, result)
  await writeGateOutputs(invocation, dir, result)
  output.print(`${renderText(gateDoc(result), { colour: output.colour })}\n`)
  output.print(`seed ${result.settings.seed}; ${relative(cwd, join(dir, 'gate.json'))}`)
  output.print(`page: ${relative(cwd, join(dir, GATE_PAGE))}`)
  for (const line of await keep(result, keeping, reading.choices, cwd)) output.note(line)
  if (result.decision?.ended === 'interrupted') output.print(goOnText('gate', dir, cwd))
  output.result(result)
  const { onInconclusive } = reading.choices
  if (onInconclusive === 'warn' && result.decision?.verdict === 'inconclusive')
    output.warn(`no verdict: ${result.decision.reason}`)
  return gateExitCode(result.decision, onInconclusive)
}
