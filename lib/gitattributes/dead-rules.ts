/** Notes about lines of `.gitattributes` that git ignores: whoever wrote one may believe that its files are in LFS. */
import { isAttributes, type Change } from '../model/entry.ts'
import { sides, type Sides } from '../model/sides.ts'
import { attributesFolder, explainDeadRule } from './rules.ts'

const linesMax = 5
const charactersMax = 120

/**
 * A sentence for each such line, the first five of them, and how many more there are. Looks at the files that changed
 * and whose text `knownText` has, by git id; a line that both sides have is told once.
 */
export function noteDeadRules(
  changes: Sides<ReadonlyMap<string, Change>>,
  knownText: (oid: string) => string | null,
  services: Sides<string>,
): string[] {
  const notes = new Map<string, string>()
  for (const side of sides) {
    for (const { path, after } of changes[side].values()) {
      const text = after && isAttributes(path) && !after.lfs ? knownText(after.oid) : null
      if (text === null) continue
      for (const [index, line] of text.split('\n').entries()) {
        const why = explainDeadRule(line, attributesFolder(path))
        const key = JSON.stringify([path, line.trim()])
        if (why === null || notes.has(key)) continue
        const shown = line.trim()
        const cut = shown.length > charactersMax ? `${shown.slice(0, charactersMax)}…` : shown
        const where = `line ${index + 1} of ${JSON.stringify(path)} on ${services[side]}`
        notes.set(key, `git leaves ${where} out, since ${why}: ${JSON.stringify(cut)}`)
      }
    }
  }
  const rest = notes.size - linesMax
  return [
    ...[...notes.values()].slice(0, linesMax),
    ...(rest > 0 ? [`git leaves ${rest} more ${rest === 1 ? 'line' : 'lines'} of rules out`] : []),
  ]
}
