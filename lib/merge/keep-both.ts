/** A version that is not taken, stored beside the one that is: `a.csv` as `a.github.csv`. */
import type { Place } from '../model/content.ts'
import { isAttributes, isFile, type Entry } from '../model/entry.ts'
import { sides, type Side } from '../model/sides.ts'
import type { Conflict, MergeInput, Outcome } from './outcome.ts'
import type { Facts } from './questions.ts'

/** What is needed of a `Verdict`. */
interface Keeper {
  readonly input: MergeInput
  readonly facts: Facts
  readonly outcomes: Outcome[]
  readonly conflicts: Conflict[]
  readonly decided: Set<string>
  readonly stateOf: (side: Side, path: string) => Entry | null
}

/** Names that are tried. */
const namesMax = 9

/** `data/a.github.csv` for `data/a.csv`; the second name has a 2 behind the side. */
function nameKept(path: string, side: string, number: number): string {
  const [, stem = path, ending = ''] = /^(.*[^/])(\.[^./]+)$/.exec(path) ?? []
  return `${stem}.${side}${number === 1 ? '' : number}${ending}`
}

/**
 * Puts a side's version of a file, which stands at `from.path` there, beside `path` on both sides. Nothing where the
 * user does not want it, where the side has no file, and for rules, which would not be rules there. A conflict where no
 * name is free and mirrored.
 */
export function keepVersion(keeper: Keeper, path: string, from: Pick<Place, 'side' | 'path'>): void {
  const { input, facts, decided, outcomes } = keeper
  const entry = keeper.stateOf(from.side, from.path)
  if (!input.keepsBoth || !isFile(entry) || isAttributes(path)) return
  for (let number = 1; number <= namesMax; number++) {
    const name = nameKept(path, from.side, number)
    if (input.includes?.(name) === false) continue
    const there = sides.map((side) => facts.entry(side, input.heads[side], name))
    if (there.includes(undefined)) return
    if (there.some((one) => one !== null) || decided.has(name)) continue
    decided.add(name)
    const content = { ...from, commit: input.heads[from.side]!, entry }
    const keeps = `${from.side}'s version of ${JSON.stringify(path)}`
    for (const to of sides) outcomes.push({ to, path: name, content, hunks: null, keeps })
    return
  }
  const name = JSON.stringify(nameKept(path, from.side, 1))
  const detail = `${from.side}'s version cannot be kept: no name beside it is mirrored and free, such as ${name}`
  keeper.conflicts.push({ path, kind: 'content', detail, settleable: false, hunks: [] })
}
