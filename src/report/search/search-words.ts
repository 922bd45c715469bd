import { commitText } from '../../figures/comparable.js'
import { conditionsText } from '../../figures/conditions-text.js'
import { elsewhereNames } from '../../figures/level-ref.js'
import type { CapacityResult } from '../../model/studies/capacity.js'
import type { TuneResult } from '../../model/studies/tune.js'
import * as format from '../../words/format.js'

type Searched = CapacityResult | TuneResult

/** When and on what it was searched. */
export function searchMeta({ startedAt, git, machine }: Searched): string[] {
  const commit = commitText(git)
  return [
    format.instant(startedAt),
    ...(commit === null ? [] : [`commit ${commit}`]),
    `${machine.cpuModel}, ${format.plural(machine.usableCores, 'core')}`,
    `Node ${machine.node.replace(/^v/, '')}`,
  ]
}

/** The conditions of a search, without those of a run: a search chooses its load itself. */
export function searchFacts({ level, machine, settings }: Searched): (readonly [string, string])[] {
  const workers = level.workers === null ? 'workers unknown' : format.plural(level.workers, 'worker')
  return [
    ['Level', `${level.title}, ${workers}`],
    ...level.services.map(
      ({ name, version, source }) => ['Service', `${name} ${version} (${source})`] as const,
    ),
    ...conditionsText(machine, settings, elsewhereNames([level])).filter(
      ([name]) => !['Capacity', 'Latency', 'Repeats'].includes(name),
    ),
  ]
}
