/**
 * What the data of a plan says of itself: of each file that is new or changed, and of both versions in a conflict. It is
 * asked for when the plan is made and stands in no part of it, so that a plan is the same whether anybody looked.
 */
import { mapConcurrent } from '../async/concurrent.ts'
import { compareFacts, listFacts } from '../facts/compare.ts'
import { formatFacts, type Facts } from '../facts/facts.ts'
import type { InspectedFile, Inspection, ToldFacts } from '../facts/inspection.ts'
import { compareRows } from '../facts/same-rows.ts'
import type { Content } from '../model/content.ts'
import { cardPath } from '../model/front-matter.ts'
import { countRequests } from '../model/guesses.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, otherSide, sides, type Sides } from '../model/sides.ts'
import type { Plan } from '../plan/plan.ts'
import type { Contents } from '../planner/contents.ts'
import { decodeText } from '../text/decode-text.ts'
import { readChangedTexts } from './changed-texts.ts'
import { tellRenames } from './edited-renames.ts'
import { FileReader } from './file-reader.ts'
import { formatOf } from './formats.ts'
import { readFile, type ReadFile } from './read-file.ts'
import { chooseTargets, contentAt, listChanges, listDisputed, type Target } from './targets.ts'

/** Files that are read at once. */
const lanesMax = 4

const hidden =
  'Data files were not looked into: not everybody can read them, and everybody may be able to read this log'

/** `plan`: as it was, with what is told of it besides its data. */
export interface Inspected {
  readonly plan: Plan
  readonly inspection: Inspection
}

/**
 * Costs a few requests, bounded for a plan of any size. `publicLog`: everybody may read what is said, so nothing is said
 * of what is inside files that not everybody can read.
 */
export async function inspectPlan(
  found: Plan,
  remotes: Sides<Remote>,
  contents: Contents,
  publicLog: boolean,
): Promise<Inspected> {
  const texts = new FileReader(remotes, contents)
  const plan = await tellRenames(found, texts)
  await readChangedTexts(plan, texts)
  const data = new FileReader(remotes, contents)
  const { files, notes } = await inspectData(plan, data, publicLog)
  const failures = new Set([...notes, ...texts.listFailures(), ...data.listFailures()])
  return { plan, inspection: { files, notes: [...failures], spared: await countSpared(plan, remotes, data) } }
}

/** What the data of a plan says of itself. */
async function inspectData(
  plan: Plan,
  reader: FileReader,
  publicLog: boolean,
): Promise<Pick<Inspection, 'files' | 'notes'>> {
  const conflicts = listDisputed(plan)
  const changes = listChanges(plan)
  if (conflicts.count + changes.length === 0) return { files: [], notes: [] }
  if (publicLog && !(await reader.areAllPublic())) return { files: [], notes: [hidden] }
  const disputed = await listVersions(plan, conflicts.paths, reader)
  const cards = changes.filter(({ path }) => path === cardPath)
  const data = changes.filter(({ path }) => path !== cardPath)
  const { chosen, notes } = chooseTargets(disputed, conflicts.count, data)
  const targets = [...cards, ...chosen]
  await reader.locate(targets.flatMap(({ before, after }) => [before, after].filter((file) => file !== null)))
  const inspected = await mapConcurrent(targets, lanesMax, (target) =>
    target.path === cardPath ? inspectCard(target, reader) : inspectTarget(target, reader),
  )
  return {
    files: inspected.map(({ file }) => file).filter(({ lines }) => lines.length > 0),
    notes: [
      ...new Set(inspected.flatMap(({ note }) => note ?? [])),
      ...notes,
      ...(reader.isCut ? ['Not all data files were looked into as far as they could be: some are large'] : []),
    ],
  }
}

/** A guess of the requests that bring what the readers have brought. */
async function countSpared({ edits }: Plan, remotes: Sides<Remote>, reader: FileReader): Promise<number> {
  const spared = await awaitSides(async (to) => {
    const plain = edits[to].flatMap(({ content, store, hunks }) =>
      store === 'plain' && content && 'entry' in content && !content.entry.lfs && !hunks ? [content] : [],
    )
    const unread = plain.filter((content) => !reader.isKnown(content))
    if (unread.length === plain.length) return 0
    const { read } = await remotes[otherSide[to]].loadGuesses()
    const [all, left] = [plain, unread].map((files) =>
      read(
        files.map(({ entry }) => entry.byteLength),
        0,
      ),
    )
    return countRequests(all!) - countRequests(left!)
  })
  return spared.github + spared.huggingface
}

/** Both versions of files in conflict. What a side holds there its listing of changes has often told already. */
async function listVersions({ heads }: Plan, paths: readonly string[], reader: FileReader): Promise<Target[]> {
  if (paths.length === 0) return []
  const entries = await awaitSides((side) => reader.readEntries(side, heads[side], paths))
  return paths.map((path) => {
    const [before, after] = sides.map((side) => contentAt(side, heads[side], path, entries[side].get(path) ?? null))
    return { path, to: null, before: before!, after: after! }
  })
}

/** `note`: what people have to know before the file is written. */
interface InspectedTarget {
  readonly file: InspectedFile
  readonly note: string | null
}

async function inspectCard({ path, to, before, after }: Target, reader: FileReader): Promise<InspectedTarget> {
  const read = async (content: Content | null) => {
    const bytes = content && (await reader.readWhole(content))
    return bytes && decodeText(bytes)
  }
  const { compareCards, findCardFault } = await import('../facts/card.ts')
  const [old, now] = [await read(before), await read(after)]
  // Where a side's version was not had, nothing is known of what changed.
  const isKnown = now !== null && (before === null || old !== null)
  const fault = to !== null && now !== null ? findCardFault(now) : null
  const lines = !isKnown ? [] : to === null ? relate(compareCards(old, now)) : compareCards(old, now)
  return { file: { path, to, before: null, after: null, lines }, note: fault && `"${path}": ${fault}` }
}

async function inspectTarget({ path, to, before, after }: Target, reader: FileReader): Promise<InspectedTarget> {
  const [old, now] = await Promise.all([before, after].map((file) => (file ? readFile(reader, path, file) : null)))
  const [had, has] = [factsOf(old), factsOf(now)]
  const lines = to === null ? describeBoth({ path, before, after }, old, now) : tell({ path, after }, old, now)
  return { file: { path, to, before: had && told(had), after: has && told(has), lines }, note: null }
}

type Read = ReadFile | null | undefined

/** What a side gets or loses. */
function tell({ path, after }: Pick<Target, 'path' | 'after'>, old: Read, now: Read): readonly string[] {
  const [had, has] = [factsOf(old), factsOf(now)]
  if (after === null) return had ? listLost(had) : []
  return tellUnread(path, now) ?? (had ? compareReads(old, now, tellAlike) : has ? listFacts(has) : [])
}

/** Both sides' versions in a conflict, and how they differ. */
function describeBoth({ path, before, after }: Omit<Target, 'to'>, old: Read, now: Read): readonly string[] {
  const differences = relate(compareReads(old, now, () => []))
  return [...describe(before, path, old), ...describe(after, path, now), ...differences]
}

function told({ metadata, ...facts }: Facts): ToldFacts {
  return { ...facts, metadata: [...(metadata?.keys() ?? [])] }
}

function factsOf(read: Read): Facts | null {
  return read?.found && 'format' in read.found ? read.found : null
}

/** Why nothing is told of a file that was read; null where something is. */
function tellUnread(path: string, read: Read): string[] | null {
  const found = read?.found
  if (found && 'sealed' in found) return [`not looked into: ${found.sealed}`]
  return found && 'misnamed' in found ? [`named .${formatOf(path)!.extension}, but ${found.misnamed}`] : null
}

function listLost(had: Facts): readonly string[] {
  const [facts, ...columns] = listFacts(had)
  return [`held ${facts}`, ...columns]
}

/** The bytes are others, so that it is worth a line. Where less was known before, nothing is said to be the same. */
function tellAlike(before: Facts, after: Facts): string[] {
  const [old, now] = [before, after].map(formatFacts)
  return old === now ? [`${now}, as before`] : [[old, now].filter(Boolean).join(' -> ')]
}

/** What changed, with what both whole texts prove of their rows. `alike` is said where the facts are the same. */
function compareReads(
  before: Read,
  after: Read,
  alike: (before: Facts, after: Facts) => readonly string[],
): readonly string[] {
  const [had, has] = [factsOf(before), factsOf(after)]
  if (!had || !has) return []
  const isTable = had.rows !== null && has.rows !== null && before?.bytes && after?.bytes
  const same = isTable ? compareRows({ bytes: before.bytes, facts: had }, { bytes: after.bytes, facts: has }) : null
  const lines = compareFacts(had, has, same?.renamed)
  return [...(lines.length > 0 ? lines : alike(had, has)), ...(same?.only ? [same.only] : [])]
}

/** One side's version in a conflict. */
function describe(file: Content | null, path: string, read: Read): string[] {
  const facts = factsOf(read)
  const said = facts ? [formatFacts(facts)] : (tellUnread(path, read) ?? [])
  return file && 'side' in file ? said.map((line) => `${file.side}: ${line}`) : []
}

/** In a conflict nothing is before or after: the first side's version is on the left. */
function relate(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`from ${sides[0]} to ${sides[1]}:`, ...lines.map((line) => `  ${line}`)]
}
