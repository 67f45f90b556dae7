/** Reads what a plan needs, lets the core decide, and puts the verdict together. Writes nothing. */
import { assembleCommits, type Stored } from './assemble.ts'
import type { Base, Listing } from './base.ts'
import { brakeDeletions, brakeDiverged, brakeHost, brakeMissing, brakeRewritten, brakeTooLong, brakeUnrelated, wantsCount } from './brakes.ts'
import { compareCommits } from './compare.ts'
import type { Contents } from './contents.ts'
import { digest } from './digest.ts'
import { isFile, type Change, type LfsObject } from './entry.ts'
import { MovedError } from './errors.ts'
import { Facts } from './facts.ts'
import { mergeChanges, type Content, type MergeInput, type Outcome } from './merge.ts'
import { formatLfsRule } from './attributes.ts'
import type { Plan, PlannedChange, Refusal } from './plan.ts'
import type { Draft, Remote } from './remote.ts'
import { awaitSides, mapSides, otherSide, sideName, sides, type Side, type Sides } from './sides.ts'
import { isInSync, readBase, readChanges, readHistories, type Changes, type Histories } from './survey.ts'
import { isAttributes, type View } from './view.ts'

export interface PlanOptions {
  readonly view: View
  readonly take: (path: string) => Side | null
  readonly init: 'union' | null
  readonly allowDelete: boolean
}

interface Context { readonly remotes: Sides<Remote>, readonly contents: Contents, readonly options: PlanOptions }

const emptyBase: Base = { commits: { github: null, huggingface: null }, by: 'no base', recorded: false, parts: [], emptySide: null }

/** Asks the core until it has no question left. */
async function settle(input: MergeInput, facts: Facts, contents: Contents) {
  for (;;) {
    const result = mergeChanges(input, facts)
    if (result.state === 'merged') return result
    await contents.answer(result.questions, facts)
  }
}

/** A Hub repository that nobody has touched: all it holds is the commit that made it. */
function isUntouched({ commits, complete }: Listing): boolean {
  return complete && commits.length === 1 && commits[0]!.message.trim() === 'initial commit'
}

interface Start { readonly base: Base, readonly listings: Sides<Listing>, readonly refusals: readonly Refusal[] }

async function chooseBase(histories: Histories, context: Context): Promise<Start> {
  const { heads } = histories
  const { init } = context.options
  const found = await readBase(histories, context.remotes)
  const { listings } = found
  const start = (base: Partial<Base>, refusals: readonly Refusal[] = []): Start => ({ base: { ...emptyBase, ...base }, listings, refusals })
  if (found.state === 'too long') return start({}, brakeTooLong(found.side, listings[found.side].commits.length))
  if (found.state === 'found') return start(found.base, init === 'union' ? [] : brakeRewritten(found.rewritten))
  for (const side of sides) {
    if (heads[side] === null || (side === 'huggingface' && isUntouched(listings[side]))) return start({ by: 'empty side', emptySide: side })
  }
  const commits = mapSides((side) => heads[side]!.oid)
  const { differences } = await compareCommits(commits, context.remotes, context.contents, context.options.view.includes, false)
  if (differences.length === 0) return start({ commits, by: 'content' })
  if (init === 'union') return start({})
  return start({}, found.rewritten.length > 0 ? brakeRewritten(found.rewritten) : brakeUnrelated())
}

/** `--init union` over an older base: where its two commits do not agree there is no base, so that nothing is taken for a deletion. */
async function dropDisputed({ changes, bases }: Changes, { commits }: Base, heads: Sides<string | null>, { remotes, contents, options: { view } }: Context): Promise<boolean> {
  if (commits.github === null || commits.huggingface === null) return false
  const { differences } = await compareCommits({ github: commits.github, huggingface: commits.huggingface }, remotes, contents, view.includes, true)
  const disputed = new Set(differences.map(({ path }) => path))
  if (disputed.size === 0) return false
  for (const side of sides) {
    for (const path of disputed) changes[side].delete(path)
    for (const change of await remotes[side].readChanges(null, heads[side]!, (path) => disputed.has(path))) if (isFile(change.after)) changes[side].set(change.path, change)
  }
  for (const path of disputed) bases.set(path, { github: null, huggingface: null })
  return true
}

/**
 * What makes the first commit of the side line hold exactly what Hugging Face's head holds, since it says so: all that changed there since
 * the line's start, whatever base single paths have; everything, where the line starts from nothing.
 */
async function planCopy(line: Base, input: MergeInput, changes: Changes, facts: Facts, { remotes, contents, options: { view } }: Context) {
  const { huggingface } = changes.bases.size === 0 ? changes.changes : (await readChanges(line, input.heads, remotes, view)).changes
  const start = { ...input.heads, github: line.commits.github }
  return settle({ ...input, heads: start, baseOf: () => line.commits, changes: { github: new Map(), huggingface }, take: () => 'huggingface' }, facts, contents)
}

function sizeOf(content: Content): number {
  return 'text' in content ? Buffer.byteLength(content.text) : content.entry.byteLength
}

/** The bytes an outcome stands for. */
function readContent(content: Content, heads: Sides<string | null>, contents: Contents): Promise<Uint8Array> {
  if ('text' in content) return Promise.resolve(Buffer.from(content.text))
  const { from, path, entry } = content
  return contents.readEntry({ side: from, commit: heads[from]!, path }, entry)
}

/** Decides with the host how each file is stored; where it must be an object and no rule says so, the rule is added to the same commit. */
async function chooseStores(to: Side, at: string | null, outcomes: readonly Outcome[], changes: Changes, facts: Facts, heads: Sides<string | null>, context: Context): Promise<Stored[]> {
  const { remotes, contents } = context
  const wasAt = (path: string) => {
    const change = changes.changes[to].get(path)
    return change && at === heads[to] ? change.after : facts.known({ side: to, commit: at, path })
  }
  const files = outcomes.flatMap(({ path, content }) => {
    if (content === null) return []
    const was = wasAt(path)
    const object = 'entry' in content && content.entry.lfs !== null
    return [{ path, byteLength: sizeOf(content), object, was: was && (was.lfs ? 'lfs' as const : 'plain' as const), readSample: async () => (await readContent(content, heads, contents)).subarray(0, 512) }]
  })
  const rules = new Map(outcomes.flatMap(({ path, content }) =>
    isAttributes(path) ? [[path.slice(0, -'.gitattributes'.length).replace(/\/$/, ''), content && 'text' in content ? content.text : '']] : []))
  const stores = files.length === 0 ? new Map() : await remotes[to].readStores(at, files, rules)
  const stored = outcomes.map((outcome): Stored => ({ outcome, store: outcome.content && (stores.get(outcome.path) ?? 'plain'), was: wasAt(outcome.path) }))
  const missingRules = stored.filter(({ store }) => store === 'lfs without a rule').map(({ outcome }) => formatLfsRule(outcome.path))
  if (missingRules.length === 0) return stored
  const path = '.gitattributes'
  const planned = stored.find(({ outcome }) => outcome.path === path)
  const was = wasAt(path) ?? (at === null ? null : (await remotes[to].readEntries(at, [path])).get(path) ?? null)
  const text = planned ? rules.get('') ?? '' : was && at ? Buffer.from(await contents.readBlob({ side: to, commit: at, path }, was)).toString('utf8') : ''
  const withRules = `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${missingRules.join('\n')}\n`
  return [...stored.filter((one) => one !== planned), { store: 'plain', was, outcome: { path, to, content: { text: withRules }, hunks: planned?.outcome.hunks ?? null } }]
}

/** Files that are gone, those that only moved left out. */
function listDeleted(changes: ReadonlyMap<string, Change>): string[] {
  const kept = new Set([...changes.values()].flatMap(({ after }) => after ? [after.oid] : []))
  return [...changes.values()].flatMap(({ path, before, after }) => before && !after && !kept.has(before.oid) ? [path] : [])
}

async function readBrakes(changes: Changes, base: Base, heads: Sides<string | null>, { remotes, options: { view, allowDelete } }: Context): Promise<Refusal[]> {
  if (allowDelete) return []
  const refusals = await awaitSides(async (side) => {
    const deleted = listDeleted(changes.changes[side]).length
    const head = heads[side]
    if (deleted === 0 || head === null || base.commits[side] === null) return []
    const includes = (path: string) => view.includes(path) && !isAttributes(path)
    const emptied = !await remotes[side].holdsFiles(head, includes)
    const total = wantsCount(deleted) && !emptied ? deleted + (await remotes[side].readChanges(null, head, includes)).length : deleted
    return brakeDeletions({ side, deleted, total, emptied })
  })
  return sides.flatMap((side) => refusals[side])
}

/** The objects that have to be at the other side first; and the paths whose object its own side has lost. */
async function readObjects(stored: readonly Stored[], to: Side, { contents }: Context): Promise<{ missing: LfsObject[], lost: string[] }> {
  const objects = new Map<string, { object: LfsObject, path: string }>()
  for (const { outcome: { content, path } } of stored) if (content && 'entry' in content && content.entry.lfs) objects.set(content.entry.lfs.oid, { object: content.entry.lfs, path })
  const wanted = [...objects.values()].map(({ object }) => object)
  const stays = new Set(stored.flatMap(({ outcome: { content }, store }) => store === 'plain' && content && 'entry' in content && content.entry.lfs ? [content.entry.lfs.oid] : []))
  const missing = await contents.readMissing({ [to]: wanted.filter(({ oid }) => !stays.has(oid)), [otherSide[to]]: wanted } as unknown as Sides<LfsObject[]>)
  return { missing: missing[to], lost: missing[otherSide[to]].map(({ oid }) => objects.get(oid)!.path) }
}

function listChanges(stored: readonly Stored[]): PlannedChange[] {
  return stored.map(({ outcome: { path, to, content, hunks }, store, was }) => ({
    path, to, action: content === null ? 'delete' : was ? 'modify' : 'add', store, byteLength: content ? sizeOf(content) : 0, hunks,
  }))
}

/** What in the plan must not change between a dry run and the run after it. */
function digestPlan(plan: Omit<Plan, 'digest'>): string {
  return digest({ ...plan, skipped: null, objects: null })
}

export async function makePlan(remotes: Sides<Remote>, contents: Contents, options: PlanOptions): Promise<Plan> {
  const context = { remotes, contents, options }
  const histories = await readHistories(remotes)
  const heads = mapSides((side) => histories.heads[side]?.oid ?? null)
  const blank = {
    repositories: mapSides((side) => remotes[side].repository), branches: mapSides((side) => remotes[side].branch), heads, base: null, baseBy: null, baseDate: null,
    makeBranch: histories.makeBranch, changes: [], conflicts: [], refusals: [], skipped: [], commits: { github: [], huggingface: [] }, objects: { github: [], huggingface: [] },
  } satisfies Omit<Plan, 'digest'>
  const seal = (plan: Omit<Plan, 'digest'>): Plan => ({ ...plan, digest: digestPlan(plan) })
  if (isInSync(histories)) return seal({ ...blank, base: heads })
  const { base, listings, refusals } = await chooseBase(histories, context)
  // A listing that lags behind the mirror's own last write looks like a rewritten history: the freshest word on both heads decides.
  if (refusals.some(({ kind }) => kind === 'rewritten') && !histories.makeBranch) {
    const now = await awaitSides((side) => remotes[side].readHead())
    for (const side of sides) if (now[side] !== heads[side]) throw new MovedError(`${sideName[side]} shows an older history than its head`)
  }
  const baseDate = listings.huggingface.commits.find(({ oid }) => oid === base.commits.huggingface)?.committerDate ?? null
  const based = { ...blank, base: base.commits, baseBy: base.by, baseDate }
  if (refusals.length > 0) return seal({ ...based, refusals })

  const changes = await readChanges(base, heads, remotes, options.view)
  const disputed = options.init === 'union' && await dropDisputed(changes, base, heads, context)
  const facts = new Facts()
  const input = { heads, baseOf: changes.baseOf, changes: changes.changes, recorded: base.recorded, take: options.take }
  const merged = await settle(input, facts, contents)
  const brakes = [...await readBrakes(changes, base, heads, context), ...brakeDiverged(merged.diverged)]
  const surveyed = { ...based, skipped: changes.skipped, conflicts: merged.conflicts }
  if (brakes.length > 0 || merged.conflicts.length > 0) return seal({ ...surveyed, refusals: brakes })

  const bothMoved = sides.every((side) => changes.changes[side].size > 0)
  const line = { ...base, parts: [], commits: disputed ? { github: null, huggingface: null } : base.commits }
  const copy = bothMoved ? await planCopy(line, input, changes, facts, context) : { outcomes: [], conflicts: [], diverged: [] }
  // The base's tree may hold what GitHub has cleared away since.
  if (copy.conflicts.length + copy.diverged.length > 0) {
    return seal({ ...surveyed, refusals: brakeDiverged(copy.diverged), conflicts: copy.conflicts.map((one) => ({ ...one, settleable: false })) })
  }
  const edits = await awaitSides((to) => chooseStores(to, heads[to], merged.outcomes.filter((outcome) => outcome.to === to), changes, facts, heads, context))
  const copyEdits = await chooseStores('github', line.commits.github, copy.outcomes, changes, facts, heads, context)
  const objects = await awaitSides((to) => readObjects(to === 'github' ? [...edits.github, ...copyEdits] : edits[to], to, context))
  const drafts = (stored: readonly Stored[]) => stored.map(({ outcome: { path, content }, store }): Draft => ({
    path, store: store === null ? null : store === 'plain' ? 'plain' : 'lfs', byteLength: content ? sizeOf(content) : 0,
    read: () => content ? readContent(content, heads, contents) : Promise.resolve(new Uint8Array()),
  }))
  const refused = await awaitSides(async (side) => brakeHost(side, edits[side].length > 0 ? await remotes[side].readRefusals(drafts(edits[side])) : []))
  const last = [...sides.flatMap((side) => brakeMissing(otherSide[side], objects[side].lost)), ...refused.github, ...refused.huggingface]
  const all = { ...surveyed, changes: sides.flatMap((side) => listChanges(edits[side])), refusals: last, objects: mapSides((side) => objects[side].missing) }
  if (last.length > 0) return seal(all)
  const commits = assembleCommits({ base, lineStart: line.commits.github, listings, repositories: blank.repositories, branches: blank.branches, changes: changes.changes, edits, copyEdits })
  return seal({ ...all, commits })
}
