import { mergeAttributes } from '../gitattributes/merge-rules.ts'
/**
 * A `.gitattributes` file changed: its lines are a set, and each side keeps the rules of its own that were there at the
 * sync point.
 */
import { isLfsPath } from '../gitattributes/rules.ts'
import { isFile, type Blob, type Change, type Entry } from '../model/entry.ts'
import { mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { textBytesMax } from '../text/merge-text.ts'
import type { ConflictKind, MergeInput, Outcome } from './merge.ts'
import type { Facts } from './questions.ts'

interface AttributeMerge {
  readonly path: string
  readonly both: Sides<Change | null>
  readonly heads: MergeInput['heads']
  readonly baseOf: MergeInput['baseOf']
  readonly changes: MergeInput['changes']
  readonly facts: Facts
  readonly outcomes: Outcome[]
  readonly conflict: (path: string, kind: ConflictKind, detail: string, settle: ((taken: Side) => void) | null) => void
}

/**
 * A path that both files had the same answer for and would come to differ on: among those that changed, and those that
 * new lines name. What a side had of its own at the base is no dispute.
 */
function findDisputed(
  path: string,
  texts: Sides<{ readonly before: string; readonly after: string }>,
  merged: Sides<string>,
  changes: MergeInput['changes'],
): string | null {
  if (sides.every((side) => merged[side] === texts[side].after)) return null
  const folder = path.slice(0, -'.gitattributes'.length)
  const named = sides
    .flatMap((side) =>
      texts[side].after.split('\n').flatMap((line) => /^\/?([^*?[\\"!# \t\r]+)[ \t]/.exec(line)?.[1] ?? []),
    )
    .filter((name) => !name.endsWith('/'))
  const changed = sides
    .flatMap((side) => [...changes[side].keys()])
    .filter((name) => name.startsWith(folder))
    .map((name) => name.slice(folder.length))
  const isLfs = (text: string, name: string) => isLfsPath(new Map([['', text]]), name)
  const found = [...new Set([...changed, ...named])].find((name) => {
    const agreed = isLfs(texts.github.before, name) === isLfs(texts.huggingface.before, name)
    return agreed && isLfs(merged.github, name) !== isLfs(merged.huggingface, name)
  })
  return found === undefined ? null : folder + found
}

/** Notes an outcome for each side whose file has to change. An absent file is an empty one. */
export function mergeAttributeFile({
  path,
  both,
  heads,
  baseOf,
  changes,
  facts,
  outcomes,
  conflict,
}: AttributeMerge): void {
  const read = (side: Side, commit: string | null, blob: Blob | null) =>
    commit === null || !isFile(blob) ? '' : facts.text({ side, commit, path }, blob!)
  // A file that is gone may have become a symlink.
  const there = mapSides((side) => both[side]?.after ?? facts.entry(side, heads[side], path))
  if (there.github === undefined || there.huggingface === undefined) return
  const entries: Sides<Entry | null> = { github: there.github, huggingface: there.huggingface }
  const now = mapSides((side) => (entries[side]?.lfs ? null : read(side, heads[side], entries[side])))
  const before = mapSides((side) => (both[side] ? read(side, baseOf(path)[side], both[side].before) : now[side]))
  for (const text of [...Object.values(now), ...Object.values(before)]) if (text === undefined) return
  const opaque = sides.find((side) => now[side] === null)
  if (opaque) {
    const { lfs, byteLength } = entries[opaque]!
    const why = lfs
      ? 'git sees an LFS pointer there and no rules, commit the rules themselves'
      : byteLength > textBytesMax
        ? 'it is larger than the 10 MB that are merged'
        : 'it is not text'
    return conflict(path, 'content', `its rules on ${opaque} cannot be read: ${why}`, (taken) => {
      const entry = isFile(entries[taken]) ? entries[taken] : null
      if (entry || isFile(entries[otherSide[taken]]))
        outcomes.push({
          path,
          to: otherSide[taken],
          content: entry && { from: taken, commit: heads[taken]!, path, entry },
          hunks: null,
        })
    })
  }
  // What could not be read before held no rules that anybody followed: all that is there now was added.
  const texts = mapSides((side) => ({ before: before[side] ?? '', after: now[side] ?? '' }))
  const give = (to: Side, text: string) => {
    const from = otherSide[to]
    // A side that has no such file yet takes the other's as it is, comments and blank lines included.
    const whole = texts[to].after === '' && texts[from].before === '' && entries[to] === null
    const content = whole ? texts[from].after : text
    if (content === texts[to].after) return
    const put = () => {
      outcomes.push({ path, to, content: content === '' ? null : { text: content }, hunks: null })
    }
    if (entries[to] === null || isFile(entries[to])) put()
    else
      conflict(
        path,
        'type',
        `${to} holds something else than a file there, which cannot be mirrored`,
        entries[to].mode === '040000'
          ? null
          : (taken) => {
              if (taken === from) put()
            },
      )
  }
  const merged = mergeAttributes(
    texts,
    mapSides((side) => texts[side].after),
  )
  const disputed = merged.conflicts.length > 0 ? null : findDisputed(path, texts, merged.texts, changes)
  if (disputed !== null) {
    return conflict(
      path,
      'content',
      `the rules of both sides together would keep ${JSON.stringify(disputed)} in LFS on one side alone: they say so in another order`,
      (taken) => give(otherSide[taken], texts[taken].after),
    )
  }
  if (merged.conflicts.length === 0) return sides.forEach((side) => give(side, merged.texts[side]))
  conflict(
    path,
    'content',
    `both sides gave another rule for ${merged.conflicts.map((pattern) => JSON.stringify(pattern)).join(', ')}`,
    (taken) => {
      const settled = mergeAttributes(
        texts,
        mapSides((side) => texts[side].after),
        taken,
      )
      sides.forEach((side) => give(side, settled.texts[side]))
    },
  )
}
