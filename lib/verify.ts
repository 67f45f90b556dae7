/** Compares both heads now, whatever the trailers say, and asks both stores for every object. Writes nothing. */
import { compareCommits, type Difference } from './compare.ts'
import { Contents } from './contents.ts'
import { comparePaths } from './entry.ts'
import { RefusedError } from './errors.ts'
import { quote } from './quote.ts'
import type { Remote } from './remote.ts'
import { awaitSides, mapSides, sideName, sides, type Sides } from './sides.ts'
import type { View } from './view.ts'

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

export async function verifySides(remotes: Sides<Remote>, { includes }: View): Promise<Verification> {
  const heads = await awaitSides(async (side) => {
    const head = await remotes[side].readHead()
    if (head === null) throw new RefusedError(`Cannot compare: ${sideName[side]} has no branch "${quote(remotes[side].branch)}"`)
    return head
  })
  const { files, differences } = await compareCommits(heads, remotes, new Contents(remotes), includes, true)
  const objects = mapSides((side) => new Map([...files[side]].flatMap(([path, { lfs }]) => lfs ? [[lfs.oid, { path, object: lfs }] as const] : [])))
  const missing = await awaitSides(async (side) => {
    const lost = objects[side].size > 0 ? await remotes[side].readMissing([...objects[side].values()].map(({ object }) => object)) : []
    return lost.map(({ oid }) => objects[side].get(oid)!.path).toSorted(comparePaths)
  })
  const equal = differences.length === 0 && sides.every((side) => missing[side].length === 0)
  return { status: equal ? 'equal' : 'different', heads, files: mapSides((side) => files[side].size), objects: mapSides((side) => objects[side].size), differences, missing }
}

export function formatVerification({ status, files, objects, differences, missing }: Verification): string {
  const count = (number: number, noun: string) => `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`
  const held = `${count(objects.github, 'LFS object')} on GitHub and ${objects.huggingface.toLocaleString('en-US')} on Hugging Face, all there`
  if (status === 'equal') return `equal: ${count(files.github, 'file')} on both sides, the same bytes; ${held}`
  const lines = [...differences.map(({ path, why }) => `${quote(path)}  ${why}`), ...sides.flatMap((side) => missing[side].map((path) => `${quote(path)}  its LFS object is missing on ${sideName[side]}`))]
  const rest = lines.length > listedMax ? [`and ${lines.length - listedMax} more`] : []
  return [`different: ${count(lines.length, 'path')}`, ...lines.slice(0, listedMax), ...rest].join('\n')
}
