/** Compares the mirrored files of two commits, one a side. */
import { Facts } from '../merge/questions.ts'
import { comparePaths, isAttributes, isFile, type Entry } from '../model/entry.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, bothOf, mapSides, otherSide, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { askUntilKnown } from './ask-until-known.ts'
import type { Contents } from './contents.ts'

/** A path that is not the same on both sides. */
export interface Difference {
  readonly path: string
  readonly why: `only on ${Side}` | 'different content'
}

/** All files of both commits, and where they differ, sorted by path. */
export interface Comparison {
  readonly files: Sides<ReadonlyMap<string, Entry>>
  readonly differences: readonly Difference[]
}

/** What a comparison of commits reads by, and which paths it looks at. */
export interface Comparing {
  readonly remotes: Sides<Remote>
  readonly contents: Contents
  readonly includes: (path: string) => boolean
}

/** The files of both commits, by path. `.gitattributes` files are left out: each side has its own. */
export function listFiles(
  commits: Sides<string>,
  remotes: Sides<Remote>,
  includes: (path: string) => boolean,
): Promise<Comparison['files']> {
  return listAllFiles(commits, remotes, (path) => includes(path) && !isAttributes(path))
}

/** As `listFiles`, with `.gitattributes` files. */
function listAllFiles(
  commits: Sides<string>,
  remotes: Sides<Remote>,
  includes: (path: string) => boolean,
): Promise<Comparison['files']> {
  return awaitSides(async (side) => {
    const listed = await remotes[side].readChanges(null, commits[side], includes)
    return new Map(listed.flatMap(({ path, after }) => (isFile(after) ? [[path, after] as const] : [])))
  })
}

/** The paths that one side alone has, and those at which `isAlike` does not take both files for the same. */
function listDifferences(
  files: Comparison['files'],
  isAlike: (both: Sides<Entry>, path: string) => boolean,
): Difference[] {
  const paths = [...new Set(sides.flatMap((side) => Array.from(files[side].keys())))].toSorted(comparePaths)
  return paths.flatMap((path): Difference[] => {
    const found = mapSides((side) => files[side].get(path))
    const both = bothOf(found)
    if (both === null) return [{ path, why: `only on ${sides.find((side) => found[side])!}` }]
    return isAlike(both, path) ? [] : [{ path, why: 'different content' }]
  })
}

/** Compares by ids, and a plain file with an object by length alone. Reads nothing. */
export function compareListed(files: Comparison['files']): Difference[] {
  return listDifferences(files, (both) => {
    const [a, b] = valuesOf(both)
    if (a.oid === b.oid) return true
    return Boolean(a.lfs) === Boolean(b.lfs)
      ? a.lfs !== null && a.lfs.oid === b.lfs?.oid
      : a.byteLength === b.byteLength
  })
}

/**
 * Compares by ids, and a plain file with an object by the SHA-256 of its bytes, which are downloaded. `thorough` false:
 * whether there is any difference is enough, so that nothing is downloaded where the ids show one.
 */
export async function compareCommits(
  commits: Sides<string>,
  { remotes, contents, includes }: Comparing,
  thorough: boolean,
): Promise<Comparison> {
  const files = await listFiles(commits, remotes, includes)
  return { files, differences: await compareFiles(files, commits, contents, thorough) }
}

/** As `compareCommits`, for files that are listed already. */
function compareFiles(
  files: Comparison['files'],
  commits: Sides<string>,
  contents: Contents,
  thorough: boolean,
): Promise<Difference[]> {
  const facts = new Facts()
  const compare = () =>
    listDifferences(files, (both, path) => {
      const at = mapSides((side) => ({ side, commit: commits[side], path }))
      return facts.sameOnBoth(both, at) !== false
    })
  return askUntilKnown(facts, contents, compare, ({ length }) => length > 0 && !thorough)
}

/**
 * Paths at which a sync point's two commits need not be equal and are not, with what each holds. Of rules those count that
 * only one side has, unless that side adds rules of its own. Costs a comparison of both commits.
 */
export async function readUnshared(
  commits: Sides<string>,
  includes: (path: string) => boolean,
  { remotes, contents }: Pick<Comparing, 'remotes' | 'contents'>,
): Promise<Map<string, Sides<Entry | null>>> {
  const files = await listAllFiles(commits, remotes, includes)
  const found = await compareFiles(files, commits, contents, true)
  const isOwn = (path: string) =>
    isAttributes(path) &&
    sides.some(
      (side) => files[side].has(path) && (files[otherSide[side]].has(path) || !remotes[side].capabilities.rules),
    )
  const held = (path: string) => mapSides((side) => files[side].get(path) ?? null)
  return new Map(found.filter(({ path }) => !isOwn(path)).map(({ path }) => [path, held(path)]))
}
