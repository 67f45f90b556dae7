/**
 * The base of two histories that no trailer joins, from what their commits hold: one side's head is equal to a commit among the other's last
 * hundred, as another tool or a person by hand left it. A guess, and so it has to be the only one. Design, section 2, end.
 */
import { listFiles, type Comparison } from './compare.ts'
import { readableAncestors, type Listing } from './base.ts'
import type { Contents } from './contents.ts'
import { isFile, type Blob, type Entry } from './entry.ts'
import { Facts } from './facts.ts'
import type { Commit, Remote } from './remote.ts'
import { otherSide, sides, type Side, type Sides } from './sides.ts'
import { readMirrored } from './survey.ts'
import { isAttributes } from './view.ts'

/** Commits of a side that are looked at. Each costs one comparison with its parent; one whose tree is its parent's costs nothing. */
const commitsMax = 100

interface Search { readonly remotes: Sides<Remote>, readonly contents: Contents, readonly includes: (path: string) => boolean, readonly files: Comparison['files'], readonly heads: Sides<string> }

/** From the head down its first parents, as far as they were read. */
function listLine({ commits }: Listing): Commit[] {
  const byId = new Map(commits.map((commit) => [commit.oid, commit]))
  const line: Commit[] = []
  for (let next = commits[0]; next && line.length < commitsMax; next = byId.get(next.parents[0] ?? '')) line.push(next)
  return line
}

/** Whether a commit holds the other head's bytes at paths whose ids differ: one may keep as an object what the other keeps plain. */
async function areEqual(side: Side, commit: string, paths: readonly string[], { remotes, contents, files, heads }: Search): Promise<boolean> {
  const other = otherSide[side]
  const entries = await remotes[side].readEntries(commit, paths)
  const facts = new Facts()
  for (;;) {
    const same = paths.map((path) => facts.sameContent(entries.get(path) ?? null, { side, commit, path }, files[other].get(path) ?? null, { side: other, commit: heads[other], path }))
    if (same.includes(false)) return false
    const questions = facts.takeQuestions()
    if (questions.length === 0) return true
    await contents.answer(questions, facts)
  }
}

/** The commits of a side, older than its head, that are equal to the other side's head; of neighbours that are, the newest. */
async function findEqual(side: Side, line: readonly Commit[], search: Search): Promise<string[]> {
  const { remotes, includes, files } = search
  const other = files[otherSide[side]]
  // Where this side's files at a commit are not, by their ids, what the other head holds.
  const unlike = new Map<string, Entry | Blob | null>()
  const compare = (path: string, here: Entry | Blob | null) => {
    const there = other.get(path)
    if ((here === null && there === undefined) || (here && here.oid === there?.oid)) unlike.delete(path)
    else unlike.set(path, here)
  }
  for (const path of new Set([...files[side].keys(), ...other.keys()])) compare(path, files[side].get(path) ?? null)
  const found: string[] = []
  let wasEqual = false
  for (const [index, commit] of line.entries()) {
    const parent = line[index + 1]
    if (index > 0) {
      const isAbsent = [...unlike].some(([path, here]) => here === null || !other.has(path))
      const isEqual = !isAbsent && (unlike.size === 0 || await areEqual(side, commit.oid, [...unlike.keys()], search))
      if (isEqual && !wasEqual) found.push(commit.oid)
      wasEqual = isEqual
    }
    if (!parent || (parent.tree !== null && parent.tree === commit.tree)) continue
    for (const { path, before } of (await readMirrored(remotes[side], parent.oid, commit.oid, (one) => includes(one) && !isAttributes(one))).values()) compare(path, isFile(before) ? before : null)
  }
  return found
}

/**
 * Where a Hub history begins that was squashed into one commit, with work on top: the GitHub commit that holds what the squashed one does. It has to
 * contain every commit of `claims` (copies of Hub commits that are gone): what is older was mirrored on since, and a Hub that holds it went back.
 * Commits of equal files lead to the same merge, so that the latest counts. Without a claim the answer has to be the only one, and the squashed
 * commit has to say that it is one. `null` where there is none.
 */
export async function findSquashed(heads: Sides<string>, listings: Sides<Listing>, claims: ReadonlySet<string>, { remotes, contents, includes }: Pick<Search, 'remotes' | 'contents' | 'includes'>): Promise<Sides<string> | null> {
  const root = listings.huggingface.commits.at(-1)
  if (!listings.huggingface.complete || !root || root.oid === heads.huggingface || (claims.size === 0 && !/squash/i.test(root.message))) return null
  const pair = { ...heads, huggingface: root.oid }
  const files = await listFiles(pair, remotes, includes)
  if (files.huggingface.size === 0) return null
  const line = listLine(listings.github)
  const search = { remotes, contents, includes, files, heads: pair }
  const isHead = await areEqual('github', heads.github, [...new Set([...files.github.keys(), ...files.huggingface.keys()])], search)
  const equal = [...isHead ? [heads.github] : [], ...await findEqual('github', line, search)]
  const found = equal.filter((oid) => {
    const before = readableAncestors(listings.github.commits, oid)
    return [...claims].every((claim) => before.has(claim))
  })
  return found.length === 0 || (claims.size === 0 && found.length > 1) ? null : { ...pair, github: found[0]! }
}

/** `null` where there is none, or more than one. Two sides without files are no evidence. */
export async function findTwin(heads: Sides<string>, listings: Sides<Listing>, remotes: Sides<Remote>, contents: Contents, includes: (path: string) => boolean): Promise<Sides<string> | null> {
  const files = await listFiles(heads, remotes, includes)
  const search = { remotes, contents, includes, files, heads }
  const found: Sides<string>[] = []
  for (const side of sides) {
    if (files[otherSide[side]].size === 0) continue
    for (const oid of await findEqual(side, listLine(listings[side]), search)) found.push({ ...heads, [side]: oid })
  }
  return found.length === 1 ? found[0]! : null
}
