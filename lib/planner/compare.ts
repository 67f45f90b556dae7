/** Compares the mirrored files of two commits, one a side. */
import { Facts } from '../merge/questions.ts'
import { comparePaths, isFile, type Entry } from '../model/entry.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, bothOf, mapSides, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { isAttributes } from '../model/view.ts'
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

interface Comparing {
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
  return awaitSides(async (side) => {
    const listed = await remotes[side].readChanges(null, commits[side], (path) => includes(path) && !isAttributes(path))
    return new Map(listed.flatMap(({ path, after }) => (after && isFile(after) ? [[path, after] as const] : [])))
  })
}

const listPaths = (files: Comparison['files']) =>
  [...new Set(sides.flatMap((side) => Array.from(files[side].keys())))].toSorted(comparePaths)

function onlyOnOne(path: string, found: Sides<unknown>): Difference {
  return { path, why: `only on ${sides.find((side) => found[side])!}` }
}

/** Compares by ids, and a plain file with an object by length alone. Reads nothing. */
export function compareListed(files: Comparison['files']): Difference[] {
  const paths = listPaths(files)
  return paths.flatMap((path): Difference[] => {
    const found = mapSides((side) => files[side].get(path))
    const both = bothOf(found)
    if (both === null) return [onlyOnOne(path, found)]
    const [a, b] = valuesOf(both)
    const isAlike =
      Boolean(a.lfs) === Boolean(b.lfs) ? a.lfs !== null && a.lfs.oid === b.lfs?.oid : a.byteLength === b.byteLength
    const same = a.oid === b.oid || isAlike
    return same ? [] : [{ path, why: 'different content' }]
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
  const facts = new Facts()
  const paths = listPaths(files)
  for (;;) {
    const differences = paths.flatMap((path): Difference[] => {
      const found = mapSides((side) => files[side].get(path) ?? null)
      const both = bothOf(found)
      if (both === null) return [onlyOnOne(path, found)]
      const at = mapSides((side) => ({ side, commit: commits[side], path }))
      return facts.sameOnBoth(both, at) === false ? [{ path, why: 'different content' }] : []
    })
    const questions = facts.takeQuestions()
    if (questions.length === 0 || (differences.length > 0 && !thorough)) return { files, differences }
    await contents.answer(questions, facts)
  }
}
