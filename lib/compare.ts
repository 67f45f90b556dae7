/** Whether two commits, one a side, hold the same mirrored files: plain against LFS by hash, never by size. */
import type { Contents } from './contents.ts'
import { comparePaths, isFile, type Entry } from './entry.ts'
import { Facts } from './facts.ts'
import type { Remote } from './remote.ts'
import { awaitSides, mapSides, type Side, type Sides } from './sides.ts'
import { isAttributes } from './view.ts'

export interface Difference { readonly path: string, readonly why: 'only on github' | 'only on huggingface' | 'different content' }

export interface Comparison { readonly files: Sides<ReadonlyMap<string, Entry>>, readonly differences: readonly Difference[] }

/**
 * Rules (`.gitattributes`) are left out: each side has its own. `thorough` false stops at the first difference, before anything is downloaded
 * to be hashed if one shows without.
 */
export async function compareCommits(commits: Sides<string>, remotes: Sides<Remote>, contents: Contents, includes: (path: string) => boolean, thorough: boolean): Promise<Comparison> {
  const files = await awaitSides(async (side) => {
    const listed = await remotes[side].readChanges(null, commits[side], (path) => includes(path) && !isAttributes(path))
    return new Map(listed.flatMap(({ path, after }) => after && isFile(after) ? [[path, after] as const] : []))
  })
  const facts = new Facts()
  const paths = [...new Set([...files.github.keys(), ...files.huggingface.keys()])].toSorted(comparePaths)
  for (;;) {
    const differences = paths.flatMap((path): Difference[] => {
      const found = mapSides((side) => files[side].get(path) ?? null)
      if (!found.github || !found.huggingface) return [{ path, why: found.github ? 'only on github' : 'only on huggingface' }]
      const place = (side: Side) => ({ side, commit: commits[side], path })
      return facts.sameContent(found.github, place('github'), found.huggingface, place('huggingface')) === false ? [{ path, why: 'different content' }] : []
    })
    const questions = facts.takeQuestions()
    if (questions.length === 0 || (differences.length > 0 && !thorough)) return { files, differences }
    await contents.answer(questions, facts)
  }
}
