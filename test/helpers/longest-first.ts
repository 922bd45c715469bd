import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Test files that take longest on two cores, with what they begin with. */
const LONGEST = [
  'contract/containers',
  'app/tasks',
  'calibrate/command',
  'contract/level-4',
  'cli/package',
  'contract/level-2',
  'contract/level-3',
  'cli/run',
  'browser/report',
  'cli/k8s',
]

/** Begins with the files that take longest: what comes last leaves a core idle. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex(
        (name) => moduleId.includes(`/test/integration/${name}.`) || moduleId.includes(`/test/${name}.`),
      )
      return found === -1 ? LONGEST.length : found
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}
