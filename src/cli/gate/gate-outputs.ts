import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GateResult } from '../../model/studies/gate.js'
import { gateAnnotations, gateFailureAnnotation } from '../../report/gate/gate-annotations.js'
import { gateDoc } from '../../report/gate/gate-doc.js'
import { gateBadge, gateBencher, gateSmallerIsBetter } from '../../report/gate/gate-exports.js'
import { renderMarkdown } from '../../report/render/markdown.js'
import { writeDoc } from '../../report/render/write-doc.js'
import { codeOf } from '../../words/errors.js'
import type { Invocation } from '../terminal/invocation.js'

/** The gate's page, in its folder. */
export const GATE_PAGE = 'gate.html'

/** What a gate leaves in its folder for other tools: name to text. */
function toolFiles(result: GateResult): Readonly<Record<string, string>> {
  return {
    'gate.benchmark.json': gateSmallerIsBetter(result),
    'gate.bencher.json': gateBencher(result),
    'gate.badge.json': gateBadge(result),
  }
}

/** Writes the files and, in GitHub Actions, the step's summary and annotations. */
export async function writeGateOutputs(around: Around, dir: string, result: GateResult): Promise<void> {
  const doc = gateDoc(result)
  await writeDoc(dir, doc, ['html', 'markdown', 'junit'])
  await Promise.all(Object.entries(toolFiles(result)).map(([name, text]) => writeFile(join(dir, name), text)))
  await summarise(around, renderMarkdown(doc))
  annotate(around, gateAnnotations(result))
}

/** Of a gate that came to no result, in GitHub Actions: why, where its verdict would have been. */
export async function tellFailure(around: Around, problems: readonly string[]): Promise<void> {
  await summarise(around, problems.map((problem) => `**rungs gate failed:** ${problem}\n`).join('\n'))
  annotate(
    around,
    problems.map((problem) => gateFailureAnnotation(problem)),
  )
}

type Around = Pick<Invocation, 'env' | 'output'>

async function summarise({ env, output }: Around, markdown: string): Promise<void> {
  const summary = env.GITHUB_STEP_SUMMARY
  if (!summary) return
  try {
    await appendFile(summary, `${markdown}\n`)
  } catch (error) {
    output.warn(`GITHUB_STEP_SUMMARY: ${summary} cannot be written (${codeOf(error)})`)
  }
}

function annotate({ env, output }: Around, lines: readonly string[]): void {
  if (env.GITHUB_ACTIONS !== 'true') return
  // The runner reads both streams; stdout is for the one document where there is one.
  const stream = output.json ? process.stderr : process.stdout
  for (const line of lines) stream.write(`${line}\n`)
}
