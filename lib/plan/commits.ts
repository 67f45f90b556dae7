/** Which commits a plan writes on each side. Design, "What it writes": the table. Pure. */
import type { Base, Listing } from '../history/base.ts'
import { describeCopy, latestDate, listOriginals, type Message } from '../history/message.ts'
import { findRenames } from '../merge/exact-renames.ts'
import type { Outcome } from '../merge/outcome.ts'
import { isFile, ownKind, type Change, type Entry, type Mode } from '../model/entry.ts'
import { gitBlobId } from '../model/git-object.ts'
import type { Repository, Store } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import type { Copy, PlannedCommit, PlannedEdit } from './plan.ts'

/** An outcome with the way it will be stored and what stands there now. */
export interface Stored {
  readonly outcome: Outcome
  readonly store: Store | null
  readonly was: Entry | null
}

export interface Assembly {
  readonly base: Base
  /** Where the side line starts, if there is one: null for a commit without parents. */
  readonly lineStart: string | null
  readonly listings: Sides<Listing>
  readonly repositories: Sides<Repository>
  readonly branches: Sides<string>
  readonly changes: Sides<ReadonlyMap<string, Change>>
  /** What each side gets on top of its head. */
  readonly edits: Sides<readonly Stored[]>
  /** What turns the base's GitHub tree into a copy of Hugging Face's head. */
  readonly copyEdits: readonly Stored[]
  /**
   * The commits of the side that moved (of Hugging Face, if both did) one by one; null where one copy stands for all.
   */
  readonly copies: readonly Copy[] | null
  /** A file of GitHub's own that the mirror has to write there, with the last commit if there is one. */
  readonly config: Stored | null
}

/**
 * Who brings something of its own: a side that changed what is mirrored, or whose version the other one gets. The
 * latter alone happens where somebody takes the version of a side that only changed what does not travel, such as a
 * mode.
 */
export function listMoved(changes: Assembly['changes'], edits: Assembly['edits']): Sides<boolean> {
  return mapSides((side) => changes[side].size > 0 || edits[otherSide[side]].length > 0)
}

/**
 * Modes are GitHub's alone: an existing file keeps its own, one that the other side renamed takes it along. `changes`:
 * that side's.
 */
export function planEdits(
  stored: readonly Stored[],
  changes: ReadonlyMap<string, Change>,
  keepsModes: boolean,
): PlannedEdit[] {
  const modes = new Map<string, Mode>(
    stored.flatMap(({ outcome, was }) => (was && isFile(was) ? [[outcome.path, was.mode]] : [])),
  )
  const renamedFrom = new Map([...findRenames(changes).to].map(([from, to]) => [to, from]))
  return stored.map(({ outcome: { path, content, renamedFrom: origin }, store }) => ({
    path,
    content,
    store,
    mode:
      content === null || !keepsModes
        ? null
        : ([path, origin, renamedFrom.get(path)].map((one) => modes.get(one ?? '')).find((one) => one !== undefined) ??
          '100644'),
  }))
}

/** A commit before it has a place. */
interface Draft extends Message {
  readonly names: PlannedCommit['names']
  readonly edits: readonly PlannedEdit[]
}

/** Commits on top of one another, none older than its parent. */
function chain(drafts: readonly Draft[], start: string | null, startDate: string | null): PlannedCommit[] {
  const line: PlannedCommit[] = []
  for (const { date, ...draft } of drafts) {
    const before = line.at(-1)
    const parentDate = before?.date ?? startDate
    line.push({
      ...draft,
      parents: before ? [line.length - 1] : start === null ? [] : [start],
      date: latestDate([date, ...(parentDate ? [parentDate] : [])]),
    })
  }
  return line
}

/** No commit on a side means that nothing is written there. */
export function assembleCommits({
  base,
  lineStart,
  listings,
  repositories,
  branches,
  changes,
  edits,
  copyEdits,
  copies,
  config,
}: Assembly): Sides<PlannedCommit[]> {
  const heads = mapSides((side) => listings[side].commits[0] ?? null)
  const moved = listMoved(changes, edits)
  const names = mapSides((side) => formatRepository(repositories[side]))
  const date = latestDate(sides.flatMap((side) => (heads[side] ? [heads[side].committerDate] : [])))
  const head = mapSides((side) => heads[side]?.oid ?? null)
  /**
   * What one side's commits come to on the other: one by one, or as one that lists them. The last one names the head.
   */
  const copy = (
    from: Side,
    credited: boolean,
    toHead: PlannedCommit['names'],
    whole: readonly PlannedEdit[],
    single: boolean,
  ): Draft[] => {
    const options = { from: names[from], credited, closes: from === 'huggingface', fallbackDate: date }
    if (copies && !single) {
      return copies.map(({ original, edits: own }, index) => ({
        ...describeCopy([original], { ...options, complete: true }),
        names: index === copies.length - 1 ? toHead : original.oid,
        edits: own,
      }))
    }
    // A new base says nothing of what came before it.
    const originals =
      base.by === 'init' ? [] : listOriginals(listings[from], base.commits[from], repositories[otherSide[from]])
    return [
      {
        ...describeCopy(originals, { ...options, complete: base.commits[from] !== null || listings[from].complete }),
        names: toHead,
        edits: whole,
      },
    ]
  }
  const github: PlannedCommit[] = []
  const huggingface: PlannedCommit[] = []
  const parents = head.github === null ? [] : [head.github]
  const onGithub = (stored: readonly Stored[]) => planEdits(stored, changes.huggingface, true)
  const nothingToWrite = edits.github.length === 0 && edits.huggingface.length === 0

  const isEqual = base.by === 'content' && sides.every((side) => base.commits[side] === head[side])
  if (isEqual || (moved.github && !moved.huggingface && nothingToWrite)) {
    // The one kind of commit that changes no file: it remembers that the sides are equal, so that a later revert is a
    // change.
    github.push({
      parents,
      title: `Join with ${names.huggingface}`,
      body: `Both hold the same files.`,
      author: null,
      date,
      names: head.huggingface,
      edits: [],
    })
  } else if (moved.huggingface && !moved.github) {
    github.push(
      ...chain(
        copy(
          'huggingface',
          false,
          edits.huggingface.length === 0 ? head.huggingface : null,
          onGithub(edits.github),
          false,
        ),
        head.github,
        heads.github?.committerDate ?? null,
      ),
    )
  } else if (moved.huggingface) {
    const startDate = listings.github.commits.find(({ oid }) => oid === lineStart)?.committerDate ?? null
    // Without a commit to start from and without a file there is no line.
    const line =
      lineStart === null && copyEdits.length === 0
        ? []
        : chain(copy('huggingface', false, head.huggingface, onGithub(copyEdits), false), lineStart, startDate)
    github.push(...line, {
      parents: [...parents, ...(line.length > 0 ? [line.length - 1] : [])],
      title: `Merge ${names.huggingface} into ${branches.github}`,
      body: '',
      author: null,
      date: latestDate([date, ...line.slice(-1).map((one) => one.date)]),
      // A merge whose files are the Hub's own stands for the Hub's head; another one is what the Hub gets next.
      names: edits.huggingface.length === 0 ? head.huggingface : null,
      edits: onGithub(edits.github),
    })
  }
  if (config) {
    const [edit] = onGithub([config])
    const last = github.pop() ?? {
      parents,
      title: `Set ${config.outcome.path}`,
      body: '',
      author: null,
      date,
      names: edits.huggingface.length === 0 ? head.huggingface : null,
      edits: [],
    }
    github.push({ ...last, edits: [...last.edits, edit!] })
  }
  if (edits.huggingface.length > 0) {
    const written = github.length > 0
    const line = copy(
      'github',
      true,
      written ? 'written' : head.github,
      planEdits(edits.huggingface, changes.github, false),
      written,
    )
    // The Hub may keep the mode of what it replaces: a symlink has to be gone before a file comes in its place. That
    // commit changes no file that is mirrored.
    const own = edits.huggingface.filter(({ outcome: { content }, was }) => content !== null && ownKind(was) !== null)
    const cleared: Draft[] =
      own.length === 0
        ? []
        : [
            {
              title: `Remove what stands in the place of ${own.length === 1 ? 'a file' : `${own.length} files`}`,
              body: own.map(({ outcome: { path }, was }) => `- ${ownKind(was)} ${path}`).join('\n'),
              author: null,
              date,
              names: null,
              edits: own.map(({ outcome: { path } }) => ({ path, content: null, store: null, mode: null })),
            },
          ]
    huggingface.push(...chain([...cleared, ...line], head.huggingface, heads.huggingface?.committerDate ?? null))
  }
  const commits = { github, huggingface }
  requireWhole(
    commits,
    { github: [...edits.github, ...(config ? [config] : [])], huggingface: edits.huggingface },
    head,
  )
  return commits
}

/** A name for what an edit puts; texts and the plain files of either side have one name for the same bytes. */
function nameContent(content: PlannedEdit['content']): string | null {
  if (content === null) return null
  return 'text' in content ? gitBlobId(Buffer.from(content.text)) : (content.entry.lfs?.oid ?? content.entry.oid)
}

/**
 * Throws where the commits do not come to what was decided, which is a mistake of this program and must be found out
 * before anything is written: an edit that no commit makes would end as "In sync", and a commit that names a head whose
 * files it does not hold would be believed by every later run.
 */
export function requireWhole(
  commits: Sides<readonly PlannedCommit[]>,
  edits: Assembly['edits'],
  heads: Sides<string | null>,
): void {
  for (const side of sides) {
    const made = new Map<string, PlannedEdit>()
    for (
      let next: string | number | undefined = commits[side].length - 1;
      typeof next === 'number' && next >= 0;
      next = commits[side][next]!.parents[0]
    ) {
      for (const edit of commits[side][next]!.edits) if (!made.has(edit.path)) made.set(edit.path, edit)
    }
    for (const {
      outcome: { path, content },
    } of edits[side]) {
      const edit = made.get(path)
      if (!edit || nameContent(edit.content) !== nameContent(content))
        throw new Error(`no commit for ${side} makes the edit of ${JSON.stringify(path)}`)
    }
  }
  const [merged, copied] = [commits.github.at(-1), commits.huggingface.at(-1)]
  const isFalse =
    (merged !== undefined && merged.names !== null && edits.huggingface.length > 0) ||
    (copied !== undefined && copied.names !== (merged ? 'written' : heads.github))
  if (isFalse) throw new Error('a commit names a head of the other side whose files it does not hold')
}
