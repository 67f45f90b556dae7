/**
 * Takes back on one side what the last run brought there: the ordinary merge, on that side alone. As for `git revert`, the
 * base is what the run left, and what is there now is merged with what was there before.
 */
import { noBase } from '../history/base.ts'
import { isAttributes } from '../model/entry.ts'
import type { Remote } from '../model/remote.ts'
import { mapSides, sides, sidesOf, type Side, type Sides } from '../model/sides.ts'
import type { UndoRange } from '../model/undo-range.ts'
import type { PlannedEdit } from '../plan/edits.ts'
import type { Plan } from '../plan/plan.ts'
import { brakeHidden, brakeMeeting, brakeUndo } from '../plan/undo.ts'
import type { View } from '../view/view.ts'
import { noChanges } from './changes.ts'
import { checkEdits } from './check.ts'
import { Contents } from './contents.ts'
import { decide } from './decide.ts'
import { andThen, type Planning } from './planning.ts'
import { readSide, type SideChanges } from './side-changes.ts'
import type { Start } from './start.ts'
import { chooseStorage } from './storage.ts'

/** Both versions stand in the places of the two sides: what is there now, and what was there before. */
const [now, before] = sides
const nobody = mapSides(() => new Set<string>())
const noHome = { store: null, remembers: null }

/** What the edit brings back is stored as it was, as far as the service has no word of its own there. */
function asBefore(edit: PlannedEdit, { capabilities }: Remote): PlannedEdit {
  const { path, content, was, store, mode } = edit
  if (content === null || 'text' in content) return edit
  const { entry } = content
  const kept = isAttributes(path) || !capabilities.rules ? store : 'plain'
  return { ...edit, store: entry.lfs ? 'lfs' : kept, mode: was === null && mode ? entry.mode : mode }
}

/** The edit on the side itself, of which both versions are. */
function onSide(edit: PlannedEdit, side: Side): PlannedEdit {
  const { content } = edit
  return { ...edit, to: side, content: content && 'entry' in content ? { ...content, side } : content }
}

/** Whether nothing mirrored would be left. */
async function isEmptying(remote: Remote, commit: string | null, { includes }: View): Promise<boolean> {
  return commit === null || (await remote.countFiles(commit, (path) => includes(path) && !isAttributes(path), 1)) === 0
}

/** What the undo would change alone. Costs a comparison. */
async function readBack(remote: Remote, { before: to, after }: UndoRange, { includes }: View): Promise<SideChanges> {
  if (to !== null) return readSide(remote, { from: after, to }, includes)
  const { mirrored, ...rest } = await readSide(remote, { from: null, to: after }, includes)
  const gone = [...mirrored].map(([path, change]) => [path, { path, before: change.after, after: null }] as const)
  return { ...rest, mirrored: new Map(gone) }
}

/** Where the merge starts: both versions, and what each has changed. Of modes only those of now stay. */
function startOf(
  view: View,
  { after }: UndoRange,
  { heads, read }: { readonly heads: Sides<string | null>; readonly read: Sides<SideChanges> },
): Start {
  return {
    heads,
    config: null,
    base: { ...noBase, commits: mapSides(() => after), treeProven: true },
    listings: mapSides(() => ({ commits: [], complete: true })),
    mustRecord: false,
    makeBranch: null,
    originals: mapSides(() => []),
    idle: nobody,
    undone: nobody,
    changes: {
      ...noChanges,
      view,
      mirrored: mapSides((version) => read[version].mirrored),
      chmods: sidesOf(now, read[now].chmods, new Set<string>()),
      skipped: read[before].skipped.flatMap(({ why, ...one }) =>
        why.startsWith('a ') ? [{ ...one, why: `${why.split(' ')[1]} before, which only git can bring back` }] : [],
      ),
    },
    isMismatched: false,
  }
}

/** What the plan says of the side, and what it gets. `shown`: the view of today. Costs two comparisons, and what the merge asks. */
export async function undoSide(
  side: Side,
  part: UndoRange,
  { head, view, shown }: { readonly head: string; readonly view: View; readonly shown: View },
  { remotes: { [side]: remote }, options }: Planning,
): Promise<Pick<Plan, 'conflicts' | 'refusals' | 'notes' | 'skipped'> & { readonly edits: readonly PlannedEdit[] }> {
  const nothing = { edits: [], conflicts: [], refusals: [], notes: [], skipped: [] }
  if (!options.allowDelete && (await isEmptying(remote, part.before, view)))
    return {
      ...nothing,
      refusals: brakeUndo(
        `${remote.service} held no mirrored file before the last mirror. With --allow-delete that is undone all the same`,
        '--allow-delete',
      ),
    }
  const [since, back] = await Promise.all([
    readSide(remote, { from: part.after, to: head }, view.includes),
    readBack(remote, part, view),
  ])
  const remotes = mapSides(() => remote)
  const alone: Planning = {
    remotes,
    contents: new Contents(remotes),
    options: { ...options, to: null, allowDelete: true, keepBoth: false, prefer: () => null, lfsHome: noHome },
  }
  const start = startOf(view, part, { heads: sidesOf(now, head, part.before), read: sidesOf(now, since, back) })
  const stored = await andThen(await decide(start, alone), (decision) => {
    const plain = { ...decision.plain, [before]: { ...decision.plain[before], edits: [] } }
    return chooseStorage({ ...decision, plain }, alone)
  })
  const { part: told, value } = await andThen(stored, (storage) => {
    const edits = { ...storage.edits, [now]: storage.edits[now].map((edit) => asBefore(edit, remote)) }
    return checkEdits({ ...storage, edits, line: { start: null, edits: [] }, replay: null }, alone)
  })
  const met = (told.conflicts ?? []).flatMap((one) => brakeMeeting(one, remote.service))
  const edits = (value?.edits[now] ?? []).map((edit) => onSide(edit, side))
  // What .mirrorignore has left out since does not come back unasked.
  const hidden = edits.filter(({ path, content }) => content !== null && !shown.includes(path))
  const answers = new Map(hidden.map((edit) => [edit, options.take(edit.path)]))
  const open = hidden.flatMap((edit) => (answers.get(edit) ? [] : brakeHidden(edit.path, remote.service)))
  return {
    ...nothing,
    ...told,
    refusals: [...(told.refusals ?? []), ...met, ...open],
    edits: edits.filter((edit) => answers.get(edit) !== now),
  }
}
