/** The third phase: what each side is to hold, or the conflicts and brakes that stop the run. */
import { noteDeadRules } from '../gitattributes/dead-rules.ts'
import { listDeleted } from '../merge/exact-renames.ts'
import { listFirstQuestions } from '../merge/first-questions.ts'
import { mergeChanges } from '../merge/merge.ts'
import type { MergeInput, MergeResult, Outcome } from '../merge/outcome.ts'
import { Facts } from '../merge/questions.ts'
import { servicesOf } from '../model/capabilities.ts'
import { isAttributes, pathsOf, type Change } from '../model/entry.ts'
import { cardPath } from '../model/front-matter.ts'
import { awaitSides, mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { brakeBaseMismatch, brakeDeletions, brakeDisputed, filesNeeded, quotePaths } from '../plan/brakes.ts'
import type { Refusal } from '../plan/plan.ts'
import { askUntilKnown } from './ask-until-known.ts'
import { planPlain, treeOf, type Plain } from './choose-stores.ts'
import { describeConflicts } from './conflicts.ts'
import type { Contents } from './contents.ts'
import { keepCard } from './keep-card.ts'
import { readTouched } from './last-touched.ts'
import { endPlan, type Phase, type Planning } from './planning.ts'
import { Settling } from './settling.ts'
import type { Start } from './start.ts'
import { learnCard, readMisplaced, writeCard } from './write-card.ts'

/** `input` and `facts`: what the merge was asked, and all that was read for its answer. `plain`: what each side gets. */
export interface Decision {
  readonly start: Start
  readonly input: MergeInput
  readonly facts: Facts
  readonly plain: Sides<Plain>
  readonly notes: readonly string[]
}

/** The verdict of the core. Costs what its questions do. */
export async function readVerdict(input: MergeInput, facts: Facts, contents: Contents): Promise<MergeResult> {
  await contents.answer(listFirstQuestions(input, facts), facts)
  return askUntilKnown(facts, contents, () => mergeChanges(input, facts))
}

/** The refusals where a side lost too much. Costs a count of the files that are left, on a side that deleted some. */
async function readDeletions({ changes, base, heads }: Start, facts: Facts, planning: Planning): Promise<Refusal[]> {
  const { remotes, options } = planning
  const { allowDelete, deletionLimit: limit } = options
  if (allowDelete) return []
  const includes = (path: string) => changes.view.includes(path) && !isAttributes(path)
  const refusals = await awaitSides(async (side) => {
    // What the only side that is written has lost goes nowhere.
    const deleted = side === options.to ? [] : listDeleted(changes.mirrored[side])
    const head = heads[side]
    if (deleted.length === 0 || head === null || base.commits[side] === null) return []
    const left = await remotes[side].countFiles(head, includes, filesNeeded(deleted.length, limit))
    const found = { deleted, total: deleted.length + left, emptied: left === 0 }
    const others = changes.mirrored[side].size - deleted.length
    const other = otherSide[side]
    // The merge has asked what the other side holds at these paths.
    const held = deleted.map((path) => facts.known({ side: other, commit: heads[other], path })?.byteLength ?? 0)
    // The commit that brings them back also brings what the other side has changed meanwhile.
    const gone = new Set(deleted)
    const changed = [...changes.mirrored[other]].map(([path, { after }]) =>
      gone.has(path) ? 0 : (after?.byteLength ?? 0),
    )
    const byteLength = [...held, ...changed].reduce((sum, one) => sum + one, 0)
    return brakeDeletions({ side, services: servicesOf(remotes), ...found, others, byteLength, limit })
  })
  return sides.flatMap((side) => refusals[side])
}

/** Those of `paths` for which the merge has an outcome or a conflict. */
function listDecided(paths: ReadonlySet<string>, said: readonly (readonly { readonly path: string }[])[]): string[] {
  const decided = new Set<string>()
  for (const list of said) for (const { path } of list) if (paths.has(path)) decided.add(path)
  return [...decided]
}

/** A note on the changes that wait for the conflicts, so that nobody takes the conflicts for all that changed. */
function noteWaiting(outcomes: readonly Outcome[]): string[] {
  const paths = [...new Set(pathsOf(outcomes))].toSorted()
  if (paths.length === 0) return []
  const are = paths.length === 1 ? 'file waits' : 'files wait'
  return [`${paths.length} other changed ${are} until the conflicts are settled: ${quotePaths(paths, 3)}`]
}

/** The start, as if nothing had happened on a side but what its service did when the repository was made. */
function asUnmoved(start: Start, side: Side): Start {
  const { changes, originals } = start
  const mirrored = { ...changes.mirrored, [side]: new Map<string, Change>() }
  return { ...start, changes: { ...changes, mirrored }, originals: { ...originals, [side]: [] } }
}

/** Asks the merge, and ends the plan where something conflicts, or too much was deleted. */
export async function decide(start: Start, planning: Planning): Promise<Phase<Decision>> {
  const { heads, base, changes } = start
  const { remotes, contents, options } = planning
  const facts = new Facts()
  learnCard(facts, changes, heads)
  const { mirrored, chmods, bases, disputed } = changes
  // What a service has put into the repository that --create has made is nobody's version.
  const made = options.create !== null && base.by === 'empty side' ? base.emptySide : null
  const takeNew = (path: string) =>
    made !== null && remotes[made].capabilities.beginsWith.has(path) ? otherSide[made] : null
  const settling = new Settling(options, start.originals, takeNew)
  const { take } = settling
  const { treeProven } = base
  const baseOf = (path: string) => bases.get(path) ?? base.commits
  const { includes } = changes.view
  const input = { heads, includes, baseOf, changes: mirrored, chmods, treeProven, take, keepsBoth: options.keepBoth }
  let merged = await readVerdict(input, facts, contents)
  if (settling.wantsTouched) {
    settling.learnTouched(await readTouched(remotes, start.originals))
    merged = await readVerdict(input, facts, contents)
  }
  const refusals = [
    ...(await readDeletions(start, facts, planning)),
    ...brakeBaseMismatch(merged.baseMismatches),
    ...brakeDisputed(listDecided(disputed, [merged.outcomes, merged.conflicts])),
    ...(await readMisplaced(merged.outcomes, start, planning)),
  ]
  const conflicts = await describeConflicts(merged.conflicts, { start, facts }, planning)
  const rules = noteDeadRules(mirrored, (oid) => facts.knownText(oid), servicesOf(remotes))
  const notes = [...changes.notes, ...rules, ...settling.notes(conflicts)]
  const settled = settling.list(conflicts)
  const part = { notes, settled, skipped: changes.skipped, conflicts, refusals }
  if (refusals.length > 0) return endPlan(part)
  if (conflicts.length > 0) return endPlan({ ...part, notes: [...notes, ...noteWaiting(merged.outcomes)] })
  const winner = sides.find((side) => side === options.init) ?? null
  const keepsNone = settled.some(({ path, by }) => path === cardPath && by === 'create')
  // An undo goes back to a card as it was.
  const kept = options.undo
    ? merged.outcomes
    : await keepCard(merged.outcomes, input, { winner, keepsNone, services: servicesOf(remotes) }, contents)
  const outcomes = await writeCard(kept, start, planning)
  const plain = mapSides((to) => {
    const own = outcomes.filter((outcome) => outcome.to === to)
    return planPlain(remotes[to], own, treeOf(to, heads[to], { start, facts }))
  })
  const isUnmoved = made !== null && outcomes.every(({ to }) => to === made)
  return { part, value: { start: isUnmoved ? asUnmoved(start, made) : start, input, facts, plain, notes } }
}
