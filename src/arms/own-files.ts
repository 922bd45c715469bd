import { placeIn } from './tree.js'

/** What rungs writes into its results folder: a folder for each run, and pages and tables beside them. */
const RUN_FOLDER = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:-[a-z0-9-]+)?(?:\/|$)/
const BESIDE =
  /^(?:history\/[^/]+\.jsonl|exports\/[^/]+\.(?:csv|hgrm|json|md|png|prom|svg|txt|xml)|[\w-]+\.(?:html|png)|summary\.md|calibration\.json)(?:\.tmp)?$/

export interface OwnFolders {
  /** The results folder. */
  readonly out: string
  /** Further folders that are rungs' alone, wherever they lie: checkouts, leases. */
  readonly others: readonly string[]
}

/**
 * Whether an absolute path is rungs' own work, and so no part of what is compared. The results folder may bear the name
 * of a folder of code (`reports`): in it, only what rungs names so, and git does not track, is rungs' own.
 * @param project the project's folder: where it lies in the results folder, pages beside the runs may be its own
 * @param tracked absolute paths of what git tracks in the results folder, with the folders above
 */
export function ownFiles(
  { out, others }: OwnFolders,
  project: string,
  tracked: ReadonlySet<string>,
): (path: string) => boolean {
  const isApart = placeIn(out, project) === null
  return (path) => {
    if (others.some((folder) => placeIn(folder, path) !== null)) return true
    const place = placeIn(out, path)
    if (place === null || place === '' || tracked.has(path)) return false
    return RUN_FOLDER.test(place) || (isApart && BESIDE.test(place))
  }
}
