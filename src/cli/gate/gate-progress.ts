import { comparedScenarios } from '../../gate/decision.js'
import { interimOf } from '../../gate/interim.js'
import type { GateResult } from '../../model/studies/gate.js'
import { disturbedTexts } from '../../report/gate/gate-notes.js'
import { changeText, metricName } from '../../report/gate/gate-text.js'
import type { GateEvents } from '../../runner/studies/gate-run.js'
import type { Output } from '../terminal/output.js'
import { stepProgress } from '../terminal/step-progress.js'

/** Progress of a gate: the interval of every metric after each block, and what is left of the budget. */
export function gateProgress(output: Output): GateEvents & { step(text: string): void; end(): void } {
  const { step, end } = stepProgress(output)
  // What goes on within a block is for a terminal only: a log gets a line a block.
  const moment = (text: string): void => {
    if (output.interactive) step(text)
  }
  let block = 0
  return {
    step,
    end,
    onBlock(index) {
      block = index
    },
    onBoot: (side) => moment(`block ${block}: ${side} is booting …`),
    onScenario: (name) => moment(`block ${block}: ${name}, both at once …`),
    onMeasured(result, leftSeconds) {
      end()
      for (const line of standing(result)) output.note(line)
      for (const text of disturbedTexts({ blocks: result.blocks.slice(-1) })) output.note(text)
      output.note(`block ${result.blocks.length} done, ${minutes(leftSeconds)} of the budget left`)
    },
  }
}

/** `simple: throughput 0.4 % slower (1.2 % faster … 2.0 % slower), CPU per request 5.1 % more` for each scenario. */
export function standing(result: GateResult): string[] {
  const { settings, blocks } = result
  const all = interimOf(settings, blocks)
  return comparedScenarios(result).map((scenario) => {
    const parts = all
      .filter((each) => each.scenario === scenario)
      .flatMap(({ metric, estimate, lower, upper }) => {
        if (estimate === null) return []
        const change = (value: number) => changeText(metric, value)
        const bounds = lower === null || upper === null ? '' : ` (${change(lower)} … ${change(upper)})`
        return `${metricName(metric)} ${change(estimate)}${bounds}`
      })
    return `${scenario}: ${parts.join(', ') || 'nothing that counts yet'}`
  })
}

function minutes(seconds: number): string {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
