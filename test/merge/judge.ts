/** Real git as the judge of whole merges: worlds as commits, thousands of `git merge-tree` in one process. */
import { isFile } from '../../lib/model/entry.ts'
import { formatPointer } from '../../lib/model/pointer.ts'
import type { Sides } from '../../lib/model/sides.ts'
import { planEdit } from '../../lib/plan/edits.ts'
import { ObjectStore, type FileEntry } from '../hubs/git.ts'
import { mergeCommits } from '../merge-tree.ts'
import { entryOf, merge, type Merged, type Node, type World } from './worlds.ts'

/** GitHub's tree at the base, what GitHub made of it, and what the Hub made of the files in it. */
export interface Trio {
  readonly base: World
  readonly github: World
  readonly huggingface: World
}

/** Files by path, each as `mode content`; `null` for a conflict. */
export type Files = Readonly<Record<string, string>> | null

const nodeOf = (file: Node | string): Node =>
  typeof file === 'string' ? { bytes: Buffer.from(file), lfs: false, mode: '100644' } : file
export const isMirrored = (file: Node | string | undefined): boolean => file !== undefined && isFile(entryOf(file))

/** Of GitHub's tree what the Hub can hold. */
export function mirrored(world: World): World {
  return Object.fromEntries(
    Object.entries(world).flatMap(([path, file]) =>
      isMirrored(file) ? [[path, { ...nodeOf(file), mode: '100644' as const }]] : [],
    ),
  )
}

/**
 * The Hub's files as a commit on GitHub would have them: modes kept, links and submodules where no file of the Hub's is
 * in their place.
 */
export function onGithub(base: World, huggingface: World): World {
  const files = Object.entries(huggingface).map(([path, file]): [string, Node] => [
    path,
    { ...nodeOf(file), mode: isMirrored(base[path]) ? nodeOf(base[path]!).mode : '100644' },
  ])
  const paths = files.map(([path]) => path)
  const clash = (path: string) =>
    paths.some((other) => other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`))
  return {
    ...Object.fromEntries(Object.entries(base).filter(([path, file]) => !isMirrored(file) && !clash(path))),
    ...Object.fromEntries(files),
  }
}

const show = (mode: string, content: string) => `${mode} ${JSON.stringify(content)}`

/** What the mirror makes of it on GitHub, and whether the Hub ends with the same files. */
export function mirror({ base, github, huggingface }: Trio): {
  readonly merged: Merged
  readonly files: Files
  readonly isSame: boolean
} {
  const before = { github: base, huggingface: mirrored(base) }
  const merged = merge({ base: before, github, huggingface })
  if (merged.conflicts.length + merged.baseMismatches.length > 0) return { merged, files: null, isSame: true }
  const edits = merged.outcomes
    .filter(({ to }) => to === 'github')
    .map((outcome) => planEdit(outcome, (path) => (github[path] === undefined ? null : entryOf(github[path])), true))
  const modes = new Map(edits.map(({ path, mode }) => [path, mode]))
  const world = Object.fromEntries(
    Object.entries(merged.after.github).map(([path, file]): [string, Node] => [
      path,
      { ...nodeOf(file), mode: (modes.get(path) as Node['mode']) ?? nodeOf(file).mode },
    ]),
  )
  const contents = (one: World) =>
    JSON.stringify(
      Object.entries(mirrored(one))
        .map(([path, file]) => [path, nodeOf(file).bytes.toString('latin1')])
        .toSorted(),
    )
  const files = Object.fromEntries(
    Object.entries(world).map(([path, { mode, bytes }]) => [path, show(mode, bytes.toString('latin1'))]),
  )
  return { merged, files, isSame: contents(world) === contents(merged.after.huggingface) }
}

/**
 * What `git merge-tree` makes of each trio; `undefined` where it crashes (git 2.39 has an assertion that some doubly
 * renamed trees break).
 */
export function judge(trios: readonly Trio[]): (Files | undefined)[] {
  const store = new ObjectStore()
  const person = { name: 'Judge', email: 'judge@example.org', seconds: 1_700_000_000, offset: '+0000' }
  const submodules = new Map<string, string>()
  const writeWorld = (world: World) =>
    store.writeFiles(
      new Map(
        Object.entries(world).map(([path, file]): [string, FileEntry] => {
          const { mode, bytes, lfs } = nodeOf(file)
          const { oid, lfs: object } = entryOf(file)
          if (mode === '160000') submodules.set(oid, bytes.toString('latin1'))
          return [path, { mode, oid: mode === '160000' ? oid : store.writeBlob(lfs ? formatPointer(object!) : bytes) }]
        }),
      ),
    )
  const commit = (world: World, parents: string[]) =>
    store.writeCommit({ tree: writeWorld(world), parents, author: person, committer: person, message: 'World\n' })
  const pairs = trios.map(({ base, github, huggingface }): Sides<string> => {
    const parents = [commit(base, [])]
    return { github: commit(github, parents), huggingface: commit(onGithub(base, huggingface), parents) }
  })
  const list = (tree: string): Files =>
    Object.fromEntries(
      Array.from(store.readFiles(tree), ([path, { mode, oid }]) => [
        path,
        show(mode, mode === '160000' ? submodules.get(oid)! : store.read(oid, 'blob').toString('latin1')),
      ]),
    )
  const listed = new Map<string, Files>()
  return mergeCommits(store, pairs).map((merged) => {
    if (!merged?.isClean) return merged && null
    if (!listed.has(merged.tree)) listed.set(merged.tree, list(merged.tree))
    return listed.get(merged.tree)!
  })
}
