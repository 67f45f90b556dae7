/**
 * What it will cost to carry a plan out. Bytes are counted, as far as they are contents: not the base64 and JSON in which
 * some of them travel. Requests are guessed, by what each remote says of itself. Pure.
 */
import { contentByteLength, nameContent, objectOf } from '../model/content.ts'
import { addRequests, type Guesses, type Load, type Requests } from '../model/guesses.ts'
import { bothOf, mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { isStoredAsObject, plainId, type PlannedEdit } from './edits.ts'
import { listEdits, type Plan } from './plan.ts'

type Unpriced = Omit<Plan, 'digest' | 'requests'>

/** Whether the other side's store has it as an object already. */
const isPassed = (edit: PlannedEdit) => isStoredAsObject(edit) && objectOf(edit.content) !== null

/** Whether the side is known to have the bytes of a plain file. */
function isPresent(plan: Unpriced, side: Side, edit: PlannedEdit): boolean {
  const oid = plan.present[side].size === 0 ? null : plainId(edit)
  return oid !== null && plan.present[side].has(oid)
}

/** Edits that send bytes to a side, each content once. Objects that pass from store to store are not among them. */
function* listSent(plan: Unpriced, side: Side): Generator<PlannedEdit> {
  const sent = new Set<string>()
  for (const { edits } of plan.commits[side]) {
    for (const edit of edits) {
      const name = isPassed(edit) || isPresent(plan, side, edit) ? null : nameContent(edit.content)
      if (name === null || sent.has(name)) continue
      sent.add(name)
      yield edit
    }
  }
}

/** Bytes that both sides get, each content once a side. What they have already is not counted. */
export function countBytes(plan: Unpriced): number {
  let byteLength = 0
  for (const side of sides) {
    for (const object of plan.objects[side]) byteLength += object.byteLength
    for (const { content } of listSent(plan, side)) byteLength += contentByteLength(content)
  }
  return byteLength
}

/** The plain files of what is sent, in the form that `Guesses` takes. */
function* listPlain(sent: readonly PlannedEdit[]) {
  for (const { content, store } of sent)
    if (store === 'plain') yield { byteLength: contentByteLength(content), wasObject: objectOf(content) !== null }
}

/** What a side is to write, in the form that `Guesses` takes. */
function listLoad(plan: Unpriced, side: Side, sent: readonly PlannedEdit[]): Load {
  return {
    head: plan.heads[side],
    commits: plan.commits[side].map(({ parents: [parent], edits }) => ({
      start: parent && 'oid' in parent ? parent.oid : null,
      edits,
    })),
    commitCount: plan.commitCounts[side],
    files: listPlain(sent),
  }
}

/** Requests that a run makes after planning; `guesses` are those of the two remotes. */
export function estimateRequests(plan: Unpriced, guesses: Sides<Guesses>): Sides<Requests> {
  const { commits, objects, makeBranch } = plan
  const sent = mapSides((side) => [...listSent(plan, side)])
  const writes = sides.filter((side) => commits[side].length > 0)
  const merged = new Set<string>()
  for (const { path, hunks } of listEdits(plan)) if (hunks) merged.add(path)
  const requests: Record<Side, Requests> = mapSides(() => ({}))
  const add = (side: Side, more: Requests) => {
    requests[side] = addRequests(requests[side], more)
  }
  if (makeBranch) add(makeBranch.side, guesses[makeBranch.side].look)
  for (const side of writes) {
    const other = otherSide[side]
    const passed = objects[side].length
    const made = sent[side].filter(isStoredAsObject).length
    add(side, guesses[side].writeObjects(passed + made))
    const { plain, unpacked } = countReads(sent[side], merged)
    add(other, guesses[other].readObjects(passed))
    // The plan has asked where these are.
    add(other, { other: unpacked })
    add(other, guesses[other].read(plain, merged.size))
    add(side, guesses[side].write(listLoad(plan, side, sent[side])))
    // The other head is looked at once more, unless this run has just moved it.
    if (side === writes[0]) add(other, guesses[other].look)
  }
  return mapSides((side) => addRequests(requests[side], estimateProof(plan, side, guesses[side])))
}

/** Files that have to be read first, unless that was done to merge them or to see whether they become objects. */
function countReads(sent: readonly PlannedEdit[], merged: ReadonlySet<string>) {
  const plain: number[] = []
  let unpacked = 0
  for (const { path, content, store } of sent) {
    if (store !== 'plain' || !content || 'text' in content || merged.has(path)) continue
    if (content.entry.lfs) unpacked += 1
    else plain.push(content.entry.byteLength)
  }
  return { plain, unpacked }
}

/** A run that begins a mirror or brings objects compares both sides when it is done, and asks both stores. */
function estimateProof(plan: Unpriced, side: Side, guesses: Guesses): Requests {
  const { undo, base, commits } = plan
  const edits = listEdits(plan)
  const begins = base === null || bothOf(base) === null
  const hasObjects = edits.some(isStoredAsObject)
  if (undo || (!begins && !hasObjects)) return {}
  const isKnown = begins && commits[side].length === 0
  return guesses.list({ files: begins ? edits.length : null, isKnown, hasObjects })
}
