/** Reads what a plan needs, lets the core decide, and puts the verdict together. Writes nothing. */
import { noteDeadRules } from '../gitattributes/dead-rules.ts'
import type { Base } from '../history/base.ts'
import { listOriginals } from '../history/message.ts'
import { listDeleted } from '../merge/exact-renames.ts'
import { noteLookalikes } from '../merge/lookalikes.ts'
import type { Conflict, Outcome } from '../merge/outcome.ts'
import { Facts } from '../merge/questions.ts'
import { assignRoles, servicesOf } from '../model/capabilities.ts'
import { MovedError } from '../model/errors.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, mapSides, otherSide, sides, type Side, type Sides, valuesOf } from '../model/sides.ts'
import { isAttributes } from '../model/view.ts'
import {
  brakeDeletions,
  brakeDisputed,
  brakeBaseMismatch,
  brakeHost,
  brakeLostRules,
  brakeMissing,
  filesNeeded,
} from '../plan/brakes.ts'
import { assembleCommits, listMoved } from '../plan/commits.ts'
import { estimateRequests } from '../plan/estimate.ts'
import { digestPlan, type Plan, type PlannedConflict, type Refusal } from '../plan/plan.ts'
import { readChanges, type Changes } from './changes.ts'
import { chooseBase, dropDisputed, readWinner } from './choose-base.ts'
import { chooseStores } from './choose-stores.ts'
import type { Contents } from './contents.ts'
import type { Context, PlanOptions } from './context.ts'
import { readCopies } from './copies.ts'
import { foresee, hideLines, readExposure } from './foresight.ts'
import { isInSync, readHistories, recordsLfsUrl } from './histories.ts'
import { keepCard } from './keep-card.ts'
import { planLfsConfig } from './lfs-config.ts'
import { findLostRules } from './lost-rules.ts'
import { readObjects } from './missing-objects.ts'
import { planCopy, resolve } from './resolve.ts'

/** Paths whose base is in doubt and that the sides do not agree on. */
function listDisputed(
  { disputed }: Changes,
  { outcomes, conflicts }: { readonly outcomes: readonly Outcome[]; readonly conflicts: readonly Conflict[] },
): string[] {
  return [...new Set([...outcomes, ...conflicts].map(({ path }) => path).filter((path) => disputed.has(path)))]
}

async function readBrakes(
  changes: Changes,
  base: Base,
  heads: Sides<string | null>,
  { remotes, options: { view, allowDelete } }: Context,
): Promise<Refusal[]> {
  if (allowDelete) return []
  const refusals = await awaitSides(async (side) => {
    const deleted = listDeleted(changes.changes[side])
    const head = heads[side]
    if (deleted.length === 0 || head === null || base.commits[side] === null) return []
    const includes = (path: string) => view.includes(path) && !isAttributes(path)
    const left = await remotes[side].countFiles(head, includes, filesNeeded(deleted.length))
    return brakeDeletions({
      side,
      services: servicesOf(remotes),
      deleted,
      total: deleted.length + left,
      emptied: left === 0,
    })
  })
  return sides.flatMap((side) => refusals[side])
}

export async function makePlan(remotes: Sides<Remote>, contents: Contents, options: PlanOptions): Promise<Plan> {
  const context = { remotes, contents, options }
  const capabilities = mapSides((side) => remotes[side].capabilities)
  const roles = assignRoles(capabilities)
  const services = servicesOf(remotes)
  const { first, second } = roles
  const histories = await readHistories(remotes, options.historyMax)
  const heads = mapSides((side) => histories.heads[side]?.oid ?? null)
  const blank = {
    repositories: mapSides((side) => remotes[side].repository),
    services,
    branches: mapSides((side) => remotes[side].branch),
    heads,
    base: null,
    baseBy: null,
    baseDate: null,
    originals: mapSides(() => []),
    set: options.view.set,
    lfsUrl: options.lfsUrl,
    makeBranch: histories.makeBranch,
    edits: mapSides(() => []),
    conflicts: [],
    refusals: [],
    skipped: [],
    notes: [],
    requests: 0,
    askedAhead: 0,
    commits: mapSides(() => []),
    commitCounts: mapSides(() => 0),
    present: mapSides(() => new Set<string>()),
    objects: mapSides(() => []),
  } satisfies Omit<Plan, 'digest'>
  const seal = (plan: Omit<Plan, 'digest'>): Plan => ({ ...plan, digest: digestPlan(plan) })
  const nameOneAnother = isInSync(histories, options.view)
  const isConfigured = options.lfsUrl === null || (nameOneAnother && recordsLfsUrl(histories, options.lfsUrl))
  const { config, refusals: configRefusals } = isConfigured
    ? { config: null, refusals: [] }
    : await planLfsConfig(heads[first], options.lfsUrl!, context)
  if (configRefusals.length > 0) return seal({ ...blank, refusals: configRefusals })
  const winner = sides.find((side) => side === options.init)
  if (nameOneAnother && config === null && !winner) return seal({ ...blank, base: heads })
  const start = winner ? await readWinner(winner, histories, context) : await chooseBase(histories, context)
  const { base, listings, refusals } = start
  // Whoever says which side is right does not take the heads' word; if they are right, all is said already.
  if (winner && base.by === 'content' && nameOneAnother && config === null) return seal({ ...blank, base: heads })
  // A listing that lags behind the mirror's own last write looks like a rewritten history: the freshest word on both
  // heads decides.
  if (refusals.some(({ kind }) => kind === 'rewritten') && !histories.makeBranch) {
    const now = await awaitSides((side) => remotes[side].readHead())
    for (const side of sides)
      if (now[side] !== heads[side]) throw new MovedError(`${services[side]} shows an older history than its head`)
  }
  const baseDate = listings[second].commits.find(({ oid }) => oid === base.commits[second])?.committerDate ?? null
  const originals = mapSides((s) => listOriginals(listings[s], base.commits[s], remotes[otherSide[s]].repository))
  const based = { ...blank, base: base.commits, baseBy: base.by, baseDate, originals }
  if (refusals.length > 0) return seal({ ...based, refusals })

  const changes = start.changes ?? (await readChanges(base, heads, remotes, options.view))
  // Joining both sides asks about each path that differs; everything else goes on from what was written.
  if (changes.wrong.length > 0 && options.init !== 'union')
    return seal({ ...based, refusals: brakeBaseMismatch(changes.wrong) })
  const disputed = options.init === 'union' && (await dropDisputed(changes, base, heads, context))
  const facts = new Facts()
  const input = {
    heads,
    baseOf: changes.baseOf,
    changes: changes.changes,
    chmods: changes.chmods,
    recorded: base.recorded,
    take: options.take,
  }
  const merged = await resolve(input, facts, contents)
  const brakes = [
    ...(await readBrakes(changes, base, heads, context)),
    ...brakeBaseMismatch(merged.baseMismatches),
    ...brakeDisputed(listDisputed(changes, merged)),
  ]
  const link = (one: Conflict): PlannedConflict => ({
    ...one,
    deleted: mapSides((side) => changes.changes[side].get(one.path)?.after === null),
    links: mapSides((side) => {
      const there =
        changes.changes[side].get(one.path)?.after ?? facts.known({ side, commit: heads[side], path: one.path })
      return there && there.mode !== '040000' ? remotes[side].fileUrl(heads[side]!, one.path) : null
    }),
  })
  const surveyed = {
    ...based,
    notes: noteDeadRules(changes.changes, (oid) => facts.knownText(oid), services),
    skipped: changes.skipped,
    conflicts: await hideLines(merged.conflicts.map(link), context),
  }
  if (brakes.length > 0 || merged.conflicts.length > 0) return seal({ ...surveyed, refusals: brakes })

  const settled = await keepCard(merged.outcomes, { ...input, winner: winner ?? null }, contents)
  const choose = (to: Side, at: string | null, outcomes: readonly Outcome[]) =>
    chooseStores(remotes[to], contents, outcomes, {
      at,
      rules: new Map(),
      wasAt: (path) =>
        (at === heads[to] ? changes.changes[to].get(path)?.after : null) ?? facts.known({ side: to, commit: at, path }),
    })
  const edits = await awaitSides((to) =>
    choose(
      to,
      heads[to],
      settled.filter((outcome) => outcome.to === to),
    ),
  )
  const moved = listMoved(changes.changes, edits)
  const bothMoved = moved[first] && moved[second]
  // A new base has no commit that a side line could start from, and a history that is a line has no side line.
  const hasLine = bothMoved && base.by !== 'init' && capabilities[first].merges
  const line = { ...base, beside: null, parts: [], commits: disputed ? mapSides(() => null) : base.commits }
  const copy = hasLine
    ? await planCopy(line, changes, { input, facts }, context)
    : { outcomes: [], conflicts: [], baseMismatches: [] }
  // The base's tree may hold what the first side has cleared away since.
  if (copy.conflicts.length + copy.baseMismatches.length > 0) {
    return seal({
      ...surveyed,
      refusals: brakeBaseMismatch(copy.baseMismatches),
      conflicts: await hideLines(
        copy.conflicts.map((one) => link({ ...one, settleable: false })),
        context,
      ),
    })
  }
  const copyEdits = await choose(first, line.commits[first], copy.outcomes)
  const mover = hasLine ? second : bothMoved ? undefined : sides.find((side) => moved[side])
  const copies =
    mover &&
    (await readCopies(
      mover,
      { base: line, listings, changes },
      hasLine
        ? { start: line.commits[first], net: copyEdits }
        : { start: heads[otherSide[mover]], net: edits[otherSide[mover]] },
      context,
    ))
  const toStore = mapSides((to) => [
    ...edits[to],
    ...(to === first ? copyEdits : []),
    ...(copies && mover !== to ? copies.flatMap((one) => one.edits) : []),
  ])
  const objects = await awaitSides((to) => readObjects(toStore[to], to, context))
  const refused = await awaitSides(async (side) =>
    brakeHost(
      services[side],
      edits[side].length > 0
        ? await remotes[side].readRefusals(edits[side], (content) => contents.read(content), {
            head: heads[side],
            earlier: [],
          })
        : [],
    ),
  )
  const lost = await awaitSides(async (side) =>
    brakeLostRules(side, await findLostRules(side, edits[side], heads, context), services),
  )
  const last = [
    ...sides.flatMap((side) =>
      brakeMissing(
        side,
        [...new Set(sides.flatMap((to) => objects[to].lost[side]))],
        services,
        options.lfsUrl === null ? side : second,
      ),
    ),
    ...valuesOf(refused).flat(),
    ...valuesOf(lost).flat(),
  ]
  const all = {
    ...surveyed,
    edits: mapSides((side) => [...(config?.to === side ? [config] : []), ...edits[side]]),
    refusals: last,
    objects: mapSides((side) => objects[side].missing),
  }
  if (last.length > 0) return seal(all)
  const isRest = start.lifts && sides.every((side) => changes.changes[side].size === 0)
  const commits = assembleCommits({
    base: isRest ? { ...base, by: 'content', commits: heads } : base,
    lineStart: line.commits[first],
    listings,
    repositories: blank.repositories,
    branches: blank.branches,
    capabilities,
    roles,
    changes: changes.changes,
    edits,
    copyEdits,
    copies: copies ?? null,
    config,
  })
  const { refusals: published, notes } = await readExposure(commits, base, listings, context)
  if (published.length > 0) return seal({ ...all, refusals: published })
  const ahead = await foresee({ ...all, commits }, context)
  const whole = {
    ...all,
    ...ahead,
    notes: [...surveyed.notes, ...notes, ...noteLookalikes(changes.changes), ...ahead.notes],
    commits,
    commitCounts: mapSides((side) => remotes[side].countCommits(commits[side], heads[side])),
  }
  return seal({
    ...whole,
    requests: estimateRequests(
      whole,
      mapSides((side) => remotes[side].guesses),
    ),
  })
}
