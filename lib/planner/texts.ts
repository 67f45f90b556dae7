/** The texts of a plan, for people who read it: what stands there, and what comes. */
import { mapConcurrent } from '../async/concurrent.ts'
import type { Place } from '../model/content.ts'
import { isFile, type Entry } from '../model/entry.ts'
import { sides, valuesOf } from '../model/sides.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import type { Plan } from '../plan/plan.ts'
import { decodeText } from '../text/decode-text.ts'
import type { TextVersions } from '../text/diff-lines.ts'
import { readShown } from './conflicts.ts'
import type { Contents } from './contents.ts'
import type { Planning } from './planning.ts'

/** Nobody reads a longer file line by line. */
const textByteLengthMax = 1_000_000
/** Of more files than these no lines are shown. */
const filesMax = 200
const readersMax = 8

/** What a version of a file is: a text that is known, or a plain file; null for what is no text. */
type Version = { readonly text: string } | { readonly place: Place; readonly entry: Entry } | null

/** What the side has before the edit and after it. */
function listVersions(plan: Plan): (edit: PlannedEdit) => { readonly before: Version; readonly after: Version } {
  const edits = sides.flatMap((side) => plan.edits[side])
  const renamed = new Set(edits.map(({ renamedFrom }) => renamedFrom))
  const standing = new Map(
    edits.filter(({ path }) => renamed.has(path)).map((edit) => [`${edit.to} ${edit.path}`, edit.was]),
  )
  const fileOf = (entry: Entry, place: Place): Version =>
    isFile(entry) && entry.lfs === null && entry.byteLength <= textByteLengthMax ? { place, entry } : null
  return ({ path, to, content, was, store, renamedFrom }) => {
    const old = renamedFrom ?? path
    const stands = renamedFrom === null ? was : (standing.get(`${to} ${renamedFrom}`) ?? null)
    const before = stands ? fileOf(stands, { side: to, commit: plan.heads[to]!, path: old }) : { text: '' }
    if (content === null) return { before, after: { text: '' } }
    if (store !== 'plain') return { before, after: null }
    if ('text' in content) return { before, after: content }
    return { before, after: fileOf(content.entry, content) }
  }
}

/** What an edit does to a text; null where it is no text, or where it was not read. */
export type FindTexts = (edit: PlannedEdit) => TextVersions | null

/** Finds both texts of an edit in what was read so far. */
export function findTexts(plan: Plan, contents: Contents): FindTexts {
  const versionsOf = listVersions(plan)
  const find = (version: Version): string | null => {
    if (version === null) return null
    if ('text' in version) return version.text
    const bytes = contents.find(version.entry)
    return bytes && decodeText(bytes)
  }
  return (edit) => {
    const { before, after } = versionsOf(edit)
    const [old, made] = [find(before), find(after)]
    return old === null || made === null ? null : { before: old, after: made }
  }
}

/** Reads the texts that a plan changes, so that they are found. Where not everybody may see them, none. */
export async function readTexts(plan: Plan, { remotes, contents, options }: Planning): Promise<boolean> {
  if (options.publicLog && valuesOf(await readShown(remotes)).includes(false)) return false
  const versionsOf = listVersions(plan)
  const edits = sides.flatMap((side) => plan.edits[side]).slice(0, filesMax)
  const files = edits.flatMap((edit) => {
    const { before, after } = versionsOf(edit)
    // What is no text on one side is not compared line by line.
    return before && after ? [before, after].flatMap((version) => ('place' in version ? [version] : [])) : []
  })
  await mapConcurrent(files, readersMax, async ({ place, entry }) => contents.readBlob(place, entry))
  return true
}
