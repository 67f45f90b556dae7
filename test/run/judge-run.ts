/** What one run has done, held against what git makes of the same two heads (`common-history.ts`). */
import { mapSides, otherSide, sides, type Side, type Sides } from '../../lib/model/sides.ts'
import type { CommonHistory, Merged } from './common-history.ts'
import { paths, type Held, type Ledger } from './ledger.ts'

/**
 * `exitCode`: null for a run that was killed; `began`: the side that `--init` was told is right, or `union`; `take`: whose
 * version was taken; `isDone`: whether it says that both sides are equal now.
 */
export interface Judged {
  readonly what: string
  readonly stood: Sides<string>
  readonly now: Sides<string>
  readonly exitCode: number | null
  readonly isDone: boolean
  readonly take: Side | null
  readonly began: Side | 'union' | null
}

/** What may stand at a path afterwards; `undefined` is a conflict that nobody has settled. */
function listAllowed(
  path: string,
  git: Merged,
  stood: Sides<Held>,
  { take, began }: Judged,
): (string | null | undefined)[] {
  if (began !== null && began !== 'union') return [stood[began].get(path)!]
  const usual = git.listTexts(path, take)
  if (began === null) return usual
  // Without a base everything that a side has is new.
  const [one, other] = sides.map((side) => stood[side].get(path)!)
  return [...usual, one === null || other === null ? (one ?? other) : one === other ? one : stood[take!].get(path)!]
}

/** Throws at once where it may never be so, and notes what git is to be asked for. */
export function judgeRun(ledger: Ledger, history: CommonHistory, run: Judged): void {
  const { what, stood, now, exitCode, isDone, take, began } = run
  for (const side of sides) {
    if (!ledger.readLog(side, now[side]).includes(stood[side])) throw new Error(`${what}: ${side} was forced`)
    const [before, after] = [ledger.read(side, stood[side]), ledger.read(side, now[side])]
    for (const path of paths)
      if (!ledger.isShown(path) && before.get(path) !== after.get(path))
        throw new Error(`${what}: ${path} of ${side} is not shown and ${JSON.stringify(after.get(path))} now`)
  }
  const isWritten = sides.some((side) => now[side] !== stood[side])
  if (!isDone && !(isWritten && exitCode === null) && exitCode !== 2) return
  const git = history.merge(stood)
  // From where a run was killed, git has to come to the same.
  const left = isDone ? null : history.merge(now)
  const held = mapSides((side) => ({
    stood: ledger.readShown(side, stood[side]),
    now: ledger.readShown(side, now[side]),
  }))
  history.later(() => {
    if (exitCode === 2 && began === null && (!git.isOpen || take !== null))
      throw new Error(`${what}: a conflict where ${take ? 'every one is settled' : 'git has none'}`)
    if (exitCode === 2) return
    for (const path of paths.filter(ledger.isShown)) {
      const allowed = listAllowed(
        path,
        git,
        mapSides((side) => held[side].stood),
        run,
      )
      for (const side of sides) {
        const texts = left ? left.listTexts(path, null) : [held[side].now.get(path)]
        if (texts.some((text) => text !== undefined && allowed.includes(text))) continue
        const told = [
          texts[0],
          ...allowed,
          ...sides.flatMap((one) => [held[one].stood.get(path), held[otherSide[one]].now.get(path)]),
        ]
        throw new Error(
          `${what}: ${path} of ${side} is ${told.map((one) => JSON.stringify(one) ?? 'open').join(', ')} (is, may be, was here, is there)`,
        )
      }
    }
  })
}
