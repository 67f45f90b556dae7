/** What differs between two trees, and which of it GitHub calls a rename. */
import type { FileEntry, ObjectStore, TreeEntry } from './git.ts'

/** One path that differs; `previousPath` where a rename was seen. */
export interface FileRow {
  path: string
  previousPath: string | null
  before: FileEntry | null
  after: FileEntry | null
}

export type Renames = 'none' | 'exact' | 'similar'

function named(entries: readonly TreeEntry[]): Map<string, TreeEntry> {
  return new Map(entries.map((entry) => [entry.name, entry]))
}

/** Equal subtrees are not looked into. `null` is the empty tree. */
function walk(store: ObjectStore, before: string | null, after: string | null, prefix: string, rows: FileRow[]): void {
  if (before === after) return
  const old = named(before === null ? [] : store.readTree(before))
  const now = named(after === null ? [] : store.readTree(after))
  const file = (entry: TreeEntry | undefined): FileEntry | null =>
    entry && entry.mode !== '040000' ? { mode: entry.mode, oid: entry.oid } : null
  const tree = (entry: TreeEntry | undefined): string | null => (entry?.mode === '040000' ? entry.oid : null)
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(name), now.get(name)]
    const path = prefix + name
    const [was, is] = [file(a), file(b)]
    if ((was ?? is) && (was?.oid !== is?.oid || was?.mode !== is?.mode))
      rows.push({ path, previousPath: null, before: was, after: is })
    if (tree(a) ?? tree(b)) walk(store, tree(a), tree(b), `${path}/`, rows)
  }
}

/** How often each line is there; no lines for what is not text. */
function countLines(store: ObjectStore, file: FileEntry | null): Map<string, number> {
  const lines = new Map<string, number>()
  const content = file && file.mode !== '160000' ? store.read(file.oid, 'blob') : Buffer.alloc(0)
  if (content.subarray(0, 8000).includes(0)) return lines
  const text = content.toString('latin1')
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from) + 1 || text.length
    const line = text.slice(from, end)
    lines.set(line, (lines.get(line) ?? 0) + 1)
    from = end
  }
  return lines
}

export interface LineCounts {
  additions: number
  deletions: number
  kept: number
}

/** Lines that came and went, wherever they stand: git counts by a true diff, which may find a few more. */
export function countChanges(store: ObjectStore, { before, after }: Pick<FileRow, 'before' | 'after'>): LineCounts {
  if (before?.oid === after?.oid) return { additions: 0, deletions: 0, kept: 0 }
  const [old, now] = [countLines(store, before), countLines(store, after)]
  const total = (lines: Map<string, number>) => [...lines.values()].reduce((sum, each) => sum + each, 0)
  const kept = [...now].reduce((sum, [line, times]) => sum + Math.min(times, old.get(line) ?? 0), 0)
  return { additions: total(now) - kept, deletions: total(old) - kept, kept }
}

function isSimilar(store: ObjectStore, before: FileEntry, after: FileEntry): boolean {
  if (before.mode === '160000' || after.mode === '160000') return false
  const { additions, deletions, kept } = countChanges(store, { before, after })
  return kept > 0 && kept >= Math.max(additions, deletions)
}

/** Pairs a file that is gone with one that is new; empty files are never renamed. */
function pairRenames(
  store: ObjectStore,
  rows: readonly FileRow[],
  isPair: (before: FileEntry, after: FileEntry) => boolean,
): FileRow[] {
  const isFull = ({ mode, oid }: FileEntry) => mode === '160000' || store.read(oid, 'blob').length > 0
  const gone = new Set(rows.filter(({ after, before }) => !after && before && isFull(before)))
  const paired = rows.map((row) => {
    if (row.before || !row.after) return row
    const source = [...gone].find(({ before }) => isPair(before!, row.after!))
    if (!source) return row
    gone.delete(source)
    return { ...row, previousPath: source.path, before: source.before }
  })
  const used = new Set(paired.map(({ previousPath }) => previousPath))
  return paired.filter(({ path, after }) => after !== null || !used.has(path))
}

/** Sorted by path. */
export function diffTrees(
  store: ObjectStore,
  before: string | null,
  after: string | null,
  renames: Renames,
): FileRow[] {
  let rows: FileRow[] = []
  walk(store, before, after, '', rows)
  if (renames !== 'none')
    rows = pairRenames(store, rows, (a, b) => a.oid === b.oid && a.mode.slice(0, 3) === b.mode.slice(0, 3))
  if (renames === 'similar') rows = pairRenames(store, rows, (a, b) => isSimilar(store, a, b))
  return rows.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
}
