/** Finds the branch that is mirrored where nobody has named one (decision 0035). */
import { MissingRepositoryError } from '../model/errors.ts'
import type { Commit, History, Remote } from '../model/remote.ts'
import { sameRepository } from '../model/repository.ts'
import { awaitSides, mapSides, otherSide, sides, type Side, type Sides } from '../model/sides.ts'
import { parseTrailers } from '../model/trailers.ts'

/** The side on which nobody has named a branch; on the other one it is known. */
export interface Unnamed {
  readonly side: Side
  /** What the default branch is called; null where the service does not tell. */
  readonly readDefaultBranch: () => Promise<string | null>
  readonly onBranch: (name: string) => Remote
}

/**
 * The remotes of a run on an assumed branch. `confirm` makes sure of it, once there is something to do: it throws an
 * `OtherBranchError` where another one is meant.
 */
export interface Assumed {
  readonly remotes: Sides<Remote>
  readonly confirm: () => Promise<void>
}

/**
 * The branch that a run began with is not the one that is meant. `remotes` are those to begin again with. `isUnexpected`:
 * people have to know.
 */
export class OtherBranchError extends Error {
  override name = 'OtherBranchError'
  readonly remotes: Sides<Remote>
  readonly isUnexpected: boolean
  constructor(message: string, remotes: Sides<Remote>, isUnexpected: boolean) {
    super(message)
    this.remotes = remotes
    this.isUnexpected = isUnexpected
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

/** The branches of `side` that the newest trailer of each history says were mirrored with the other side's branch. */
function listMirrored(histories: Sides<History>, remotes: Sides<Remote>, side: Side): string[] {
  const found = [side, otherSide[side]].flatMap((carrier) => {
    const { repository } = remotes[otherSide[carrier]]
    for (const { message } of commitsOf(histories[carrier])) {
      const { mirroredFrom, mirroredBranches } = parseTrailers(message)
      if (mirroredFrom === null || !sameRepository(mirroredFrom.repository, repository)) continue
      if (mirroredBranches[otherSide[side]] === remotes[otherSide[side]].branch) return [mirroredBranches[side]]
    }
    return []
  })
  return [...new Set(found)]
}

/** What a branch is called as long as nobody has asked: git's own word for the default one. */
const unknownName = 'HEAD'

/**
 * The branch that trailers say was mirrored so far, else the default one. Costs a request a side, which the run does not
 * make again, and where no trailer tells one more for the name, unless both heads are one commit.
 */
export async function assumeBranch(remotes: Sides<Remote>, unnamed: Unnamed): Promise<Assumed> {
  const { side, onBranch } = unnamed
  const read = await awaitSides((each) => catchMissing(remotes[each].readHistory(each === side ? 'HEAD' : undefined)))
  // The name of a default branch may be one that nobody has pushed to yet. That a repository is missing, the run says.
  if (read[side] === null || read[side].state === 'no branch') return { remotes, confirm: async () => {} }
  const histories = mapSides((each): History => read[each] ?? { state: 'empty' })
  const mirrored = listMirrored(histories, remotes, side)
  const readName = async () => (await unnamed.readDefaultBranch()) ?? remotes[side].branch
  const heads = mapSides((each) => commitsOf(histories[each])[0]?.oid)
  const [one, two] = sides.map((each) => heads[each])
  const assumed = mirrored[0] ?? (one !== undefined && one === two ? unknownName : await readName())
  /** `isDefault`: the history that was read is that of this branch. */
  const begin = (name: string, isDefault: boolean): Sides<Remote> =>
    mapSides((each) => {
      const remote = each === side ? onBranch(name) : remotes[each]
      const isKnown = histories[each].state !== 'empty' && (each !== side || isDefault)
      return isKnown ? startFrom(remote, histories[each]) : remote
    })
  const confirm = async () => {
    const name = await readName()
    if (name === assumed) return
    const [last] = mirrored
    if (last === undefined || mirrored.includes(name) || (await onBranch(last).readHead()) === null)
      throw new OtherBranchError(
        `The default branch of ${remotes[side].service} is ${JSON.stringify(name)}`,
        begin(name, true),
        false,
      )
    throw new OtherBranchError(
      `The default branch on ${remotes[side].service} is ${JSON.stringify(name)}, and ${JSON.stringify(last)} is mirrored ` +
        'so far: this run goes on with that one. Name the one that is meant with --branch',
      begin(last, false),
      true,
    )
  }
  return { remotes: begin(assumed, true), confirm }
}
