/** Whether those who met have come to what they would have come to one after the other. */
import { sides } from '../../lib/model/sides.ts'
import { parseTrailers } from '../../lib/model/trailers.ts'
import { ownHomes } from '../faults/inject.ts'
import { findDangling } from '../faults/intact.ts'
import { explain } from '../faults/mend.ts'
import { compareHistories } from '../faults/provenance.ts'
import { describeState, readCommits, storeOf } from '../faults/state.ts'
import { copyPair, type Pair } from '../hubs/pair.ts'
import { interleave, type Choose, type Interleaved, type RanActor, type Waiting } from './gate.ts'
import { cleanRunsMax, type End, type Meeting, type Opened } from './meeting.ts'

/** `wrong` is null where nothing is. `regrouped`: by other commits than those of any order. */
export interface Judged {
  readonly wrong: string | null
  readonly regrouped: boolean
  readonly trace: readonly Waiting[]
}

/** What is wrong with how a run ended; null where nothing is. `usual`: how it ends when it is left to itself. */
function judgeRan({ exitCode, out, err }: RanActor, usual: ReadonlySet<number | null>): string | null {
  if (exitCode === 70 || /^bug: |\n {4}at /m.test(err)) return 'a bug was told'
  if (exitCode === 0 || usual.has(exitCode)) return null
  // An undo has to wait until another run has finished what it began.
  if (exitCode === 3 && out.includes('The last mirror is not finished: run without --undo first')) return null
  if (exitCode !== 1) return `it ended with ${exitCode}`
  return /\b(?:[Rr]un again|later|moved)\b/.test(out + err) ? null : 'it did not say what to do'
}

/** What a title of the mirror's pull requests says of its state: a squash has it, too. */
const ownForm = / \((?:[0-9a-f]{16}|out of date)\)/

/** What people wrote: the first lines of all commits that are neither copies nor merges of the mirror's. */
const listWritten = (pair: Pair): string =>
  sides
    .flatMap((side) =>
      [...readCommits(pair, side)].flatMap((oid) => {
        const { message } = storeOf(pair, side).readCommit(oid)
        const isMirror = parseTrailers(message).mirroredFrom !== null || message.startsWith('Merge datasets/')
        return isMirror ? [] : [`${side} ${message.split('\n', 1)[0]!.replace(ownForm, '')}`]
      }),
    )
    .toSorted()
    .join('\n')

/** Whether other commits than those of this order are as good. */
function compare(pair: Pair, { pair: end }: End, { actors, scenario }: Meeting): string[] {
  const proposes = actors.some((actor) => 'argv' in actor && actor.argv.includes('--pull-request'))
  // Two different `--init` that cross are both carried out, and one more commit makes both sides equal.
  const isTwice = new Set(actors.map((actor) => ('argv' in actor ? actor.argv.join(' ') : null))).size === 1
  const mayMergeMore = actors.some((actor) => 'acts' in actor) || !isTwice
  const wrong = compareHistories(pair, end, { isPlain: scenario.isPlain, proposes, mayMergeMore })
  return listWritten(pair) === listWritten(end) ? wrong : [...wrong, 'what people wrote is not there once']
}

/** Commits that take back what a run has written on their side, and say that the other side's follow, where those are missing. */
function listHalfUndone(pair: Pair): string[] {
  const told = sides.flatMap((side) => {
    const store = storeOf(pair, side)
    return [...readCommits(pair, side)].flatMap((oid) => {
      const { mirroredUndo } = parseTrailers(store.readCommit(oid).message)
      if (mirroredUndo === null || !mirroredUndo.isWhole) return []
      const { mirroredFrom } = parseTrailers(store.readCommit(mirroredUndo.after).message)
      return [{ side, oid, undo: mirroredUndo, original: mirroredFrom?.oid }]
    })
  })
  return told.flatMap(({ side, oid, undo }) =>
    !undo.goesOn || told.some((other) => other.side !== side && other.original === undo.after)
      ? []
      : [`${side}: ${oid} was undone there alone`],
  )
}

const letters = 'ABC'

const tell = ({ ran, trace }: Interleaved): string[] => [
  ...trace.map(({ actor, what }, index) => `${index + 1} ${letters[actor]} ${what}`),
  ...ran.flatMap((one, actor) =>
    typeof one === 'object' ? [`${letters[actor]} ended with ${one.exitCode}`, one.out, one.err] : [],
  ),
]

/**
 * Each choice of those who may have done nothing: a run that did not end well, a person who found nothing to do. The first one
 * is that all have done something.
 */
function listLeft(ran: Interleaved['ran']): number[][] {
  let found: number[][] = [[]]
  for (const [actor, one] of ran.entries())
    if (typeof one === 'object' ? one.exitCode !== 0 : !one)
      found = found.flatMap((others) => [others, [...others, actor]])
  return found
}

/** Lets them meet in the order that is chosen. `keep` is given what there is after them, and after each clean run. */
export async function judgeOrder(
  opened: Opened,
  choose: Choose,
  keep: (pair: Pair, state: string) => void,
): Promise<Judged> {
  const { meeting, start, namer } = opened
  const pair = copyPair(start)
  const interleaved = await interleave(pair, meeting.actors, choose, meeting.spoil)
  const { ran, trace } = interleaved
  const told = tell(interleaved)
  const complain = (...what: string[]) => ({ wrong: [...what, ...told].join('\n'), regrouped: false, trace })
  const usual = await opened.ends([])
  for (const [actor, one] of ran.entries()) {
    const wrong = typeof one === 'object' && judgeRan(one, new Set(usual.map(({ codes }) => codes[actor]!)))
    if (wrong) return complain(`${letters[actor]}: ${wrong}`)
  }
  const isUndone = ran.some((one, actor) => {
    const asked = meeting.actors[actor]!
    return typeof one === 'object' && one.exitCode === 0 && 'argv' in asked && asked.argv.includes('--undo')
  })
  const half = isUndone ? listHalfUndone(pair) : []
  if (half.length > 0) return complain(...half)
  const ends: End[] = []
  for (const left of listLeft(ran)) ends.push(...(await opened.ends(left)))
  const cleanCodes = new Set([0, ...ends.flatMap((end) => end.cleanCodes)])
  for (let runs = 0; ; runs++) {
    const state = describeState(pair, namer)
    const dangling = findDangling(pair, meeting.scenario.homes ?? ownHomes)
    if (dangling.length > 0) return complain(...dangling)
    keep(pair, state)
    if (ends.some((end) => end.state === state)) return { wrong: null, regrouped: false, trace }
    if (runs === cleanRunsMax) break
    const { exitCode, out, err } = await pair.run(...meeting.clean)
    told.push(`then exit ${exitCode}`, out, err)
    if (!cleanCodes.has(exitCode)) return complain(`a clean run ended with ${exitCode}`)
  }
  const compared = ends.map((end) => ({ end, wrong: compare(pair, end, meeting) }))
  const nearest = compared.toSorted((a, b) => a.wrong.length - b.wrong.length)[0]!
  if (nearest.wrong.length === 0) return { wrong: null, regrouped: true, trace }
  const { order, pair: wanted } = nearest.end
  return complain(`unlike ${order}:`, ...nearest.wrong, explain(pair), 'in the place of', explain(wanted))
}
