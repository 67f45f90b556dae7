/** Reads both versions of texts that a plan changes, so that it can tell how many lines each gets and loses. */
import type { Content } from '../model/content.ts'
import { isFile } from '../model/entry.ts'
import { sides, type Side } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import { wholeByteLengthMax, type FileReader } from './file-reader.ts'
import { isTextName } from './formats.ts'

/** Of more changed texts nobody counts lines one by one. */
const textsMax = 20

/** Both versions of each plain file that a side has and that changes, under whatever name. */
function listVersions({ edits, heads }: Plan, to: Side): Content[][] {
  const standing = new Map(edits[to].map(({ path, was }) => [path, was]))
  return edits[to].flatMap(({ path, content, store, renamedFrom }) => {
    const from = renamedFrom ?? path
    const was = standing.get(from)
    if (!content || 'text' in content || store !== 'plain' || !was || !isFile(was) || !isTextName(path)) return []
    const versions = [{ side: to, commit: heads[to]!, path: from, entry: was }, content]
    const isSmall = versions.every(({ entry }) => entry.lfs === null && entry.byteLength <= wholeByteLengthMax)
    return isSmall && was.oid !== content.entry.oid ? [versions] : []
  })
}

/** Costs requests for the first texts of which a version was not read yet. */
export async function readChangedTexts(plan: Plan, reader: FileReader): Promise<void> {
  const changed = sides.flatMap((to) => listVersions(plan, to))
  const unread = changed.filter((versions) => !versions.every((file) => reader.isKnown(file)))
  await Promise.all(unread.slice(0, textsMax).flatMap((versions) => versions.map((file) => reader.readWhole(file))))
}
