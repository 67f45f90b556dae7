/** Finds the names that somebody may have meant. Pure. */
import { quote } from './quote.ts'

/** Branches of a repository (at least the first hundred), and whether a tag has the name that no branch has. */
export interface BranchNames {
  readonly branches: readonly string[]
  readonly isTag: boolean
}

/** How many insertions, deletions and replacements of a character turn one text into the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++)
      next.push(Math.min(row[j]! + (letter === b[j] ? 0 : 1), row[j + 1]! + 1, next[j]! + 1))
    row = next
  }
  return row.at(-1)!
}

/**
 * At most three of `names`, the nearest first, that differ from `name` in case, in a third of its letters, or in a word
 * before or behind it.
 */
export function listNear(name: string, names: readonly string[]): string[] {
  const wanted = name.toLowerCase()
  return names
    .flatMap((each) => {
      const lower = each.toLowerCase()
      const distance = editDistance(wanted, lower)
      const isPart = Math.min(lower.length, wanted.length) >= 3 && (lower.includes(wanted) || wanted.includes(lower))
      return (distance <= Math.max(2, wanted.length / 3) && distance < wanted.length) || isPart
        ? [{ each, distance }]
        : []
    })
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ each }) => each)
}

/** `; did you mean owner/name?` for a repository that is not there, `ids` being others of its owner; empty where none is near. */
export function formatMeantId(id: string, ids: readonly string[]): string {
  const own = (each: string) => each.slice(each.lastIndexOf('/') + 1)
  const [near] = listNear(own(id), ids.map(own))
  const meant = ids.find((each) => own(each) === near)
  return meant === undefined ? '' : `; did you mean ${quote(meant)}?`
}
