/** Compares both sides file by file, whatever the trailers say, and asks both stores for all objects. Writes nothing. */
import { lookUntil } from '../async/retry.ts'
import { comparePaths, isAttributes } from '../model/entry.ts'
import { RefusedError } from '../model/errors.ts'
import type { LfsHome } from '../model/lfs-home.ts'
import { quote } from '../model/quote.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, mapSides, otherSide, sides, sidesOf, type Sides } from '../model/sides.ts'
import { compareCommits, compareListed, listFiles, type Comparison, type Difference } from '../planner/compare.ts'
import { Contents } from '../planner/contents.ts'
import { readHome } from '../planner/lfs-config.ts'
import { readHeadView } from '../planner/read-view.ts'
import type { Filters } from '../view/filters.ts'
import type { View } from '../view/view.ts'

/** `files`, `objects`: how many each side has. `missing`: paths whose object that side's own store lacks. */
export interface Verification {
  readonly status: 'equal' | 'different'
  readonly heads: Sides<string>
  readonly files: Sides<number>
  readonly objects: Sides<number>
  readonly differences: readonly Difference[]
  readonly missing: Sides<readonly string[]>
}

/** What is compared, and where objects are as far as that is known. */
interface Reading {
  readonly filters: Filters
  readonly lfsHome: LfsHome
}

/** Of more files, a listing would cost more than the run: they are left to `--verify`. */
const provenFilesMax = 20_000
/** A store may say only some seconds later that it has an object. */
const presenceWaitsMs = [2_000, 5_000]

/** The objects of each side by SHA-256, with a path for each. */
const objectsOf = (files: Comparison['files']) =>
  mapSides(
    (side) =>
      new Map([...files[side]].flatMap(([path, { lfs }]) => (lfs ? [[lfs.oid, { path, object: lfs }] as const] : []))),
  )

/** Paths whose object the side's own store lacks, also when it is asked again later. */
async function readLost(
  files: Comparison['files'],
  remotes: Sides<Remote>,
  sleep: (ms: number) => Promise<void>,
): Promise<Sides<string[]>> {
  const objects = objectsOf(files)
  return awaitSides(async (side) => {
    let lost = [...objects[side].values()].map(({ object }) => object)
    if (lost.length === 0) return []
    await lookUntil(
      async () => (lost = await remotes[side].readMissing(lost)),
      () => lost.length === 0,
      { waitsMs: presenceWaitsMs, sleep },
    )
    return lost.map(({ oid }) => objects[side].get(oid)!.path).toSorted(comparePaths)
  })
}

function judge(
  heads: Sides<string>,
  { files, differences }: Comparison,
  missing: Sides<readonly string[]>,
): Verification {
  const objects = objectsOf(files)
  const equal = differences.length === 0 && sides.every((side) => missing[side].length === 0)
  return {
    status: equal ? 'equal' : 'different',
    heads,
    files: mapSides((side) => files[side].size),
    objects: mapSides((side) => objects[side].size),
    differences,
    missing,
  }
}

/** Where objects are, as `.lfsconfig` tells where nobody else has. Costs a request or two more than the head. */
export async function findHome(remotes: Sides<Remote>, { filters, lfsHome }: Reading): Promise<void> {
  if (lfsHome.store !== null || lfsHome.remembers === null) return
  const side = otherSide[lfsHome.remembers]
  const heads = sidesOf(side, await remotes[side].readHead(), null)
  await readHome(lfsHome, heads, { remotes, contents: new Contents(remotes), options: { filters } })
}

/** Compares the heads of both sides. Throws a `RefusedError` where a branch is missing. */
export async function verifySides(
  remotes: Sides<Remote>,
  { filters, lfsHome }: Reading,
  sleep: (ms: number) => Promise<void>,
): Promise<Verification> {
  const heads = await awaitSides(async (side) => {
    const head = await remotes[side].readHead()
    if (head === null)
      throw new RefusedError(`Cannot compare: ${remotes[side].service} has no branch "${quote(remotes[side].branch)}"`)
    return head
  })
  const reading = { remotes, contents: new Contents(remotes), options: { filters } }
  await readHome(lfsHome, heads, reading)
  const { includes } = await readHeadView(heads, reading)
  const compared = await compareCommits(heads, { ...reading, includes }, true)
  return judge(heads, compared, await readLost(compared.files, remotes, sleep))
}

/** Compares the commits that a run has left, a plain file with an object by length alone. Null: there are too many files. */
export async function proveRun(
  heads: Sides<string>,
  remotes: Sides<Remote>,
  { includes }: Pick<View, 'includes'>,
  sleep: (ms: number) => Promise<void>,
): Promise<Verification | null> {
  // One side may count in one request what takes the other one for every thousand files.
  const counter = sides.find((side) => remotes[side].capabilities.countsFiles) ?? sides[0]
  const held = await remotes[counter].countFiles(
    heads[counter],
    (path) => includes(path) && !isAttributes(path),
    provenFilesMax + 1,
  )
  if (held > provenFilesMax) return null
  const files = await listFiles(heads, remotes, includes)
  return judge(heads, { files, differences: compareListed(files) }, await readLost(files, remotes, sleep))
}
