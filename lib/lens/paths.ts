/**
 * A remote whose paths are shown otherwise: a folder as the root, and places elsewhere (`view/paths`). Everybody else names
 * shown paths; what is not shown is neither read nor written. Commits, trees and messages stay those of the repository.
 */
import { attributesFolder, attributesPath } from '../gitattributes/rules.ts'
import { comparePaths, foldersAbove, foldersOf, pathsOf, type Includes, type Tell } from '../model/entry.ts'
import { listNear } from '../model/near-names.ts'
import { quote } from '../model/quote.ts'
import type { Draft, Remote, Standing } from '../model/remote.ts'
import { isWithin, PathMapping, type Paths } from '../view/paths.ts'
import { ignorePath } from '../view/view.ts'
import { changeCommits } from './commits.ts'

/** git-lfs reads the one in the repository's root. It is never mirrored, so that no shown path is in its way. */
const lfsConfig = '.lfsconfig'
/** Names of changed paths that are not shown, which are remembered. */
const unshownMax = 10_000

interface Named {
  readonly path: string
}

/** What questions and answers go through. */
class Lens {
  readonly #mapping: PathMapping
  readonly #root: string
  /** The places that are shown, in the repository; `''` where its root is one. */
  readonly places: readonly string[]
  readonly unshown = new Set<string>()

  constructor(paths: Paths) {
    this.#mapping = new PathMapping(paths)
    this.#root = paths.root
    this.places = [paths.root, ...paths.moved.map(({ inner }) => inner)]
  }

  find(shown: string): string | null {
    return shown === lfsConfig ? shown : this.#mapping.toInner(shown)
  }

  show(inner: string): string | null {
    return this.#mapping.toShown(inner)
  }

  /** What has a shown path, by its path in the repository. Throws where that has no place, which the view has to know. */
  place<T extends Named>(named: T): T {
    const path = this.find(named.path)
    if (path === null) throw new Error(`no place for ${JSON.stringify(named.path)}`)
    return { ...named, path }
  }

  /** Rows of shown paths, sorted. */
  showAll<T extends Named>(rows: readonly T[]): T[] {
    const shown = rows.flatMap((row) => {
      const path = this.show(row.path)
      return path === null ? [] : [{ ...row, path }]
    })
    return shown.toSorted((a, b) => comparePaths(a.path, b.path))
  }

  /** The same choice of paths, for those of the repository. `watches`: those that are not shown are remembered. */
  includes(includes: Includes, watches: boolean): Includes {
    const isInside = (inner: string) => {
      const shown = this.show(inner)
      if (shown === null && watches && this.unshown.size < unshownMax) this.unshown.add(inner)
      return shown !== null && includes(shown)
    }
    const mayHold = (folder: string) => this.places.some((place) => isWithin(place, folder) || isWithin(folder, place))
    return Object.assign(isInside, { mayHold })
  }

  /** What `read` answers about paths of the repository, by shown path; nothing for those without a place. */
  async ask<T>(shown: readonly string[], read: (inner: string[]) => Promise<ReadonlyMap<string, T>>) {
    const places = shown.flatMap((path) => {
      const inner = this.find(path)
      return inner === null ? [] : [[path, inner] as const]
    })
    const found = await read(places.map(([, inner]) => inner))
    return new Map(places.flatMap(([path, inner]) => (found.has(inner) ? [[path, found.get(inner)!] as const] : [])))
  }

  /**
   * What `read` answers; where it is asked about the `.mirrorignore` that is shown, and there is none, the repository's own
   * is remembered as not shown: people may take its rules for those that count.
   */
  async readBeside<T>(inner: string[], read: (inner: string[]) => Promise<Map<string, T | null>>) {
    const asked = this.find(ignorePath)!
    if (asked === ignorePath || !inner.includes(asked)) return read(inner)
    const found = await read([...inner, ignorePath])
    if (!found.get(asked) && found.get(ignorePath)) this.unshown.add(ignorePath)
    return found
  }

  /** Texts of `.gitattributes` files by the folder that they stand in. */
  rules(attributes: ReadonlyMap<string, string>): Map<string, string> {
    return new Map(
      [...attributes].flatMap(([folder, text]) => {
        const inner = this.find(attributesPath(folder))
        return inner === null ? [] : [[attributesFolder(inner), text] as const]
      }),
    )
  }

  /** Whether a rule for this path in the `.gitattributes` of the shown root is for the file in the repository, too. */
  isUnderRoot(shown: string): boolean {
    return this.find(shown) === (this.#root === '' ? shown : `${this.#root}/${shown}`)
  }

  /**
   * The folders of the repository that a path stands in and that are shown nowhere: those above a place, and those at whose
   * path the other side has a place. Nobody else would see that one of them is a file.
   */
  foldersOutside({ path }: Named): string[] {
    return foldersAbove(this.find(path) ?? '').filter((folder) => this.show(folder) === null)
  }
}

/** Says what is in the way of additions: something that is no folder, and is not shown. */
async function refuseBlocked(
  remote: Remote,
  lens: Lens,
  drafts: readonly Draft[],
  standing: Standing | undefined,
): Promise<string[]> {
  const added = drafts.filter(({ content, was }) => content !== null && was === null)
  const folders = [...new Set(added.flatMap((draft) => lens.foldersOutside(draft)))]
  if (!standing?.head || folders.length === 0) return []
  const found = await remote.readEntries(standing.head, folders)
  return folders.flatMap((folder) => {
    const entry = found.get(folder) ?? null
    return entry === null || entry.mode === '040000'
      ? []
      : [`"${quote(folder)}" is no folder on ${remote.service}, and files would have to be written below it`]
  })
}

/** Why a commit has nothing to show: the folder that is shown as the root is not there. */
async function explainAbsent(remote: Remote, { root }: Paths, commit: string): Promise<string | null> {
  const entry = root === '' ? null : ((await remote.readEntries(commit, [root])).get(root) ?? null)
  if (root === '' || entry?.mode === '040000') return null
  const what = `${remote.service} has no folder "${quote(root)}"`
  // Of a tree that is too large to be listed, no more than is as deep.
  const depth = root.split('/').length + 1
  const all = Object.assign(() => true, { mayHold: (folder: string) => folder.split('/').length <= depth })
  const folders = foldersOf(pathsOf(await remote.readChanges(null, commit, all)))
  const near = listNear(root, folders).map((folder) => `"${quote(folder)}"`)
  return near.length === 0 ? what : `${what}; it has ${near.join(', ')}`
}

function showReads(remote: Remote, lens: Lens): Partial<Remote> {
  return {
    fileUrl: (oid, path) => remote.fileUrl(oid, lens.find(path) ?? path),
    readChanges: async (from, to, includes, tell) => {
      const hear: Tell | undefined = tell && ((changed) => tell(changed === 'many' ? changed : lens.showAll(changed)))
      return lens.showAll(await remote.readChanges(from, to, lens.includes(includes, from !== null), hear))
    },
    readIds: async (from, to) => {
      const ids = await remote.readIds(from, to)
      return (
        ids && new Map(lens.showAll([...ids].map(([path, oid]) => ({ path, oid }))).map(({ path, oid }) => [path, oid]))
      )
    },
    countFiles: (commit, includes, most) => remote.countFiles(commit, lens.includes(includes, false), most),
    readEntries: async (commit, paths) => {
      const found = await lens.ask(paths, (inner) => lens.readBeside(inner, (all) => remote.readEntries(commit, all)))
      return new Map(paths.map((path) => [path, found.get(path) ?? null]))
    },
    readModes: (commit, paths) => lens.ask(paths, (inner) => remote.readModes(commit, inner)),
    readContent: (commit, path, blob) => remote.readContent(commit, lens.place({ path }).path, blob),
    ...(remote.readRange && { readRange: (file, from, to) => remote.readRange!(lens.place(file), from, to) }),
  }
}

function showWrites(remote: Remote, lens: Lens): Partial<Remote> {
  const placeAll = <T extends Named, C extends { readonly edits: readonly T[] }>(commits: readonly C[]) =>
    commits.map((commit) => ({ ...commit, edits: commit.edits.map((edit) => lens.place(edit)) }))
  return {
    loadGuesses: async () => {
      const guesses = await remote.loadGuesses()
      return { ...guesses, write: (load) => guesses.write({ ...load, commits: placeAll(load.commits) }) }
    },
    readStores: async (head, files, attributes, read) => {
      const drafts = files.map((file) => lens.place(file))
      const stores = await remote.readStores(head, drafts, lens.rules(attributes), read)
      return new Map(
        files.flatMap(({ path }, index) => {
          const store = stores.get(drafts[index]!.path)
          // The rule would be added to the file of the shown root, which holds for nothing that is shown from elsewhere.
          const isPlain = store === undefined || (store === 'lfs without a rule' && !lens.isUnderRoot(path))
          return isPlain ? [] : [[path, store] as const]
        }),
      )
    },
    readRefusals: async (drafts, read, standing) => {
      const list = (some: readonly Draft[]) => some.map((draft) => lens.place(draft))
      const inner = standing && { ...standing, earlier: list(standing.earlier) }
      const own = await remote.readRefusals(list(drafts), read, inner)
      return [...own, ...(await refuseBlocked(remote, lens, drafts, standing))]
    },
    countCommits: (commits, head) => remote.countCommits(placeAll(commits), head),
    ...changeCommits(remote, async (commits) => placeAll(commits)),
  }
}

/** The remote as a mapping shows it. */
export function showPaths(remote: Remote, paths: Paths): Remote {
  const lens = new Lens(paths)
  return {
    ...remote,
    ...showReads(remote, lens),
    ...showWrites(remote, lens),
    unshown: lens.unshown,
    explainAbsent: (commit) => explainAbsent(remote, paths, commit),
    ...(remote.pickCommits && { pickCommits: (head, commits) => remote.pickCommits!(head, commits, lens.places) }),
  }
}
