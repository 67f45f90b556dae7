/** Finds the branch that is mirrored where nobody has named one (decision 0035). */
import { MissingRepositoryError, RefusedError } from '../model/errors.ts'
import { quoteArgument } from '../model/quote.ts'
import type { Commit, History, Remote } from '../model/remote.ts'
import { sameRepository } from '../model/repository.ts'
import { awaitSides, mapSides, otherSide, valuesOf, type Side, type Sides } from '../model/sides.ts'
import { parseTrailers } from '../model/trailers.ts'

/** The side on which nobody has named a branch; on the other one it is known. */
export interface Unnamed {
  readonly side: Side
  /** What the default branch is called; null where the service does not tell. */
  readonly readDefaultBranch: () => Promise<string | null>
  readonly onBranch: (name: string) => Remote
}

/**
 * The remotes of a run on a branch whose name is assumed. `confirm` makes sure of it, once there is something to do: it
 * throws an `OtherBranchError` where it has another name, and a `RefusedError` where people have to say which branch they
 * mean. `expect` asks ahead for what it will need.
 */
export interface Assumed {
  readonly remotes: Sides<Remote>
  /** Whether anything tells the name; else the branch is called `HEAD` as long as nobody asks. */
  readonly isNamed: boolean
  readonly confirm: Confirm
}

export interface Confirm {
  (): Promise<void>
  readonly expect?: () => void
}

/** The default branch has another name than was assumed. `remotes` are those to begin again with. */
export class OtherBranchError extends Error {
  override name = 'OtherBranchError'
  readonly remotes: Sides<Remote>
  constructor(name: string, remotes: Sides<Remote>) {
    super(`The default branch is ${JSON.stringify(name)}`)
    this.remotes = remotes
  }
}

/** The remote; the first who asks for the history of the branch gets one that was read already. */
function startFrom(remote: Remote, history: History): Remote {
  let first: History | null = history
  const readHistory: Remote['readHistory'] = (from) => {
    const known = from === undefined ? first : null
    if (from === undefined) first = null
    return known ? Promise.resolve(known) : remote.readHistory(from)
  }
  return { ...remote, readHistory }
}

/** Null where the repository is missing. */
async function catchMissing(history: Promise<History>): Promise<History | null> {
  try {
    return await history
  } catch (error) {
    if (error instanceof MissingRepositoryError) return null
    throw error
  }
}

const commitsOf = (history: History): readonly Commit[] => (history.state === 'branch' ? history.commits : [])

/** The branches of `side` that trailers of either history say were mirrored with the other side's branch. */
function listMirrored(histories: Sides<History>, remotes: Sides<Remote>, side: Side): string[] {
  const other = otherSide[side]
  const found = [side, other].flatMap((carrier) =>
    commitsOf(histories[carrier]).flatMap(({ message }) => {
      const { mirroredFrom, mirroredBranches } = parseTrailers(message)
      const isOurs = mirroredFrom && sameRepository(mirroredFrom.repository, remotes[otherSide[carrier]].repository)
      return isOurs && mirroredBranches[other] === remotes[other].branch ? [mirroredBranches[side]] : []
    }),
  )
  return [...new Set(found)]
}

/** Of more branches than that nobody asks whether they are there. */
const askedMax = 5

/**
 * Throws a `RefusedError` where another branch than the default one was mirrored so far and is still there. Whoever chooses
 * another default branch has not said that the other side shall have what is on it. Trailers do not choose either: who may
 * write the other side writes them.
 */
async function expectGone(
  others: readonly string[],
  name: string,
  { side, onBranch }: Unnamed,
  remotes: Sides<Remote>,
) {
  let other = others.length > askedMax ? others[0] : undefined
  for (const one of other === undefined ? others : []) if ((await onBranch(one).readHead()) !== null) other ??= one
  if (other === undefined) return
  const { branch, service } = remotes[otherSide[side]]
  const [newly, before] = [name, other].map((one) => quoteArgument(`${one}=${branch}`))
  throw new RefusedError(
    `Cannot mirror the default branch of ${remotes[side].service}, ${JSON.stringify(name)}: commits say that ` +
      `${JSON.stringify(other)}, which is still there, was mirrored with ${JSON.stringify(branch)} of ${service}. ` +
      `Name the one that is meant: --branch ${before}, or --branch ${newly}`,
  )
}

/** What a branch is called as long as nobody has asked: git's own word for the default one. */
const unknownName = 'HEAD'

/**
 * The default branch, under the name that trailers give it. Costs a request a side, which the run does not make again, and
 * where no trailer tells the name one more for it, unless both heads are one commit.
 */
export async function assumeBranch(remotes: Sides<Remote>, unnamed: Unnamed): Promise<Assumed> {
  const { side, onBranch } = unnamed
  const read = await awaitSides((each) => catchMissing(remotes[each].readHistory(each === side ? 'HEAD' : undefined)))
  // A default branch may be one to which nobody has pushed yet, while there are others. That a repository is missing, the
  // run says.
  if (read[side] === null || read[side].state === 'no branch')
    return { remotes, isNamed: true, confirm: () => Promise.resolve() }
  const histories = mapSides((each): History => read[each] ?? { state: 'empty' })
  const mirrored = listMirrored(histories, remotes, side)
  const readName = async () => (await unnamed.readDefaultBranch()) ?? remotes[side].branch
  let expected: Promise<string> | null = null
  const [one, two] = valuesOf(mapSides((each) => commitsOf(histories[each])[0]?.oid))
  const assumed = mirrored[0] ?? (one !== undefined && one === two ? unknownName : await readName())
  const begin = (name: string): Sides<Remote> =>
    mapSides((each) => {
      const remote = each === side ? onBranch(name) : remotes[each]
      return histories[each].state === 'empty' ? remote : startFrom(remote, histories[each])
    })
  let isConfirmed = false
  const confirm = async () => {
    if (isConfirmed) return
    const asked = expected ?? readName()
    expected = null
    const name = await asked
    const others = mirrored.filter((other) => other !== name)
    await expectGone(others, name, unnamed, remotes)
    isConfirmed = true
    if (name !== assumed) throw new OtherBranchError(name, begin(name))
  }
  const expect = () => {
    expected ??= readName()
    // Who needs it is told; a plan that ends before does not.
    expected.catch(() => {})
  }
  return { remotes: begin(assumed), isNamed: assumed !== unknownName, confirm: Object.assign(confirm, { expect }) }
}
