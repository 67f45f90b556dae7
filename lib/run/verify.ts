/**
 * Compares both sides, whatever the trailers say, and asks both stores for every object that they name. Writes nothing.
 */
import { comparePaths } from '../model/entry.ts'
import { RefusedError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import type { Remote } from '../model/remote.ts'
import { awaitSides, mapSides, sideName, sides, type Sides } from '../model/sides.ts'
import { isAttributes, type View } from '../model/view.ts'
import { compareCommits, compareListed, listFiles, type Comparison, type Difference } from '../planner/compare.ts'
import { Contents } from '../planner/contents.ts'

/** `missing`: paths whose object that side's store does not have. */
export interface Verification {
  readonly status: 'equal' | 'different'
  readonly heads: Sides<string>
  readonly files: Sides<number>
  readonly objects: Sides<number>
  readonly differences: readonly Difference[]
  readonly missing: Sides<readonly string[]>
}

const listedMax = 100
/** With more files, listing both sides would cost more than the run: left to `--verify`. */
const provenFilesMax = 20_000
/** An object may be there a moment before its store says so. */
const presenceWaitsMs = [0, 2_000, 5_000]

const objectsOf = (files: Comparison['files']) =>
  mapSides(
    (side) =>
      new Map([...files[side]].flatMap(([path, { lfs }]) => (lfs ? [[lfs.oid, { path, object: lfs }] as const] : []))),
  )

/** The paths whose object a side's own store does not have, asked a hundred at a time. */
async function readLost(
  files: Comparison['files'],
  remotes: Sides<Remote>,
  sleep: (ms: number) => Promise<void>,
): Promise<Sides<string[]>> {
  const objects = objectsOf(files)
  return awaitSides(async (side) => {
    let lost = [...objects[side].values()].map(({ object }) => object)
    for (const waitMs of presenceWaitsMs) {
      if (lost.length === 0) break
      if (waitMs > 0) await sleep(waitMs)
      lost = await remotes[side].readMissing(lost)
    }
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

export async function verifySides(
  remotes: Sides<Remote>,
  { includes }: View,
  sleep: (ms: number) => Promise<void>,
): Promise<Verification> {
  const heads = await awaitSides(async (side) => {
    const head = await remotes[side].readHead()
    if (head === null)
      throw new RefusedError(`Cannot compare: ${sideName[side]} has no branch "${quote(remotes[side].branch)}"`)
    return head
  })
  const compared = await compareCommits(heads, { remotes, contents: new Contents(remotes), includes }, true)
  return judge(heads, compared, await readLost(compared.files, remotes, sleep))
}

/**
 * The same right after a run, of the commits that it left: what is stored otherwise on the two sides is compared by
 * length. `null`: too many files.
 */
export async function proveRun(
  heads: Sides<string>,
  remotes: Sides<Remote>,
  { includes }: View,
  sleep: (ms: number) => Promise<void>,
): Promise<Verification | null> {
  // GitHub tells in one request what it holds; the Hub would need one for every thousand files.
  const held = await remotes.github.countFiles(
    heads.github,
    (path) => includes(path) && !isAttributes(path),
    provenFilesMax + 1,
  )
  if (held > provenFilesMax) return null
  const files = await listFiles(heads, remotes, includes)
  return judge(heads, { files, differences: compareListed(files) }, await readLost(files, remotes, sleep))
}

/** No run repairs a store from the other side: that it lost an object may be its owner's wish. */
function adviseMissing(missing: Sides<readonly string[]>): string[] {
  const lost = sides.filter((side) => missing[side].length > 0)
  if (lost.length === 0) return []
  const here = lost.map((side) => sideName[side]).join(' and ')
  const instead =
    missing.github.length > 0 && missing.huggingface.length === 0
      ? ', or run with --lfs huggingface, so that clones of GitHub get LFS objects from Hugging Face'
      : ''
  return [
    `Objects that are missing on ${here} can be pushed from a clone that has them (git lfs push --all <remote>); or commit these files again${instead}`,
  ]
}

export function formatVerification({ status, files, objects, differences, missing }: Verification): string {
  const count = (number: number, noun: string) => `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`
  const held =
    objects.github === objects.huggingface
      ? `${count(files.github, 'file')}, ${count(objects.github, 'object')} on both sides`
      : `${count(files.github, 'file')} on both sides, ${count(objects.github, 'object')} on GitHub and ${objects.huggingface.toLocaleString('en-US')} on Hugging Face`
  if (status === 'equal') return `equal: ${held}`
  const lines = [
    ...differences.map(({ path, why }) => `${quote(path)}  ${why}`),
    ...sides.flatMap((side) =>
      missing[side].map((path) => `${quote(path)}  its LFS object is missing on ${sideName[side]}`),
    ),
  ]
  const rest = lines.length > listedMax ? [`and ${lines.length - listedMax} more`] : []
  return [
    `different: ${count(lines.length, 'path')}`,
    ...lines.slice(0, listedMax),
    ...rest,
    ...adviseMissing(missing),
  ].join('\n')
}
