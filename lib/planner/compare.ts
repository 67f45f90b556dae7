/**
 * Whether two commits, one a side, hold the same mirrored files: plain against LFS by hash, unless the mirror itself
 * has just written them.
 */
import { Facts } from '../merge/questions.ts'
import { comparePaths, isFile, type Entry } from '../model/entry.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, bothOf, mapSides, sides, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { isAttributes } from '../model/view.ts'
import type { Contents } from './contents.ts'

export interface Difference {
  readonly path: string
  readonly why: `only on ${Side}` | 'different content'
}

export interface Comparison {
  readonly files: Sides<ReadonlyMap<string, Entry>>
  readonly differences: readonly Difference[]
}

/** Both sides, their contents, and which paths are compared. */
interface Comparing {
  readonly remotes: Sides<Remote>
  readonly contents: Contents
  readonly includes: (path: string) => boolean
}

/** What both commits hold and the view lets through. Rules (`.gitattributes`) are left out: each side has its own. */
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

/** By ids, and by length alone where one side holds an object and the other plain bytes: nothing is downloaded. */
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

/** `thorough` false stops at the first difference, before anything is downloaded to be hashed if one shows without. */
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
