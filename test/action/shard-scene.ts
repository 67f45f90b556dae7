/** Objects that lack on both sides, and eight machines that share them out. */
import { createHash } from 'node:crypto'
import { parseShare } from '../../lib/cli/limits.ts'
import { gitBlobId } from '../../lib/model/git-object.ts'
import { otherSide, sides, sidesOf, type Side, type Sides } from '../../lib/model/sides.ts'
import { isInShare } from '../../lib/plan/shards.ts'
import type { Pair } from '../hubs/pair.ts'
import { pictures, type Files } from '../run/mirror-setup.ts'

/** `name`: by which it is shared out, the git id of what is plain on the side that has it. */
interface Lacking {
  readonly from: Side
  readonly path: string
  readonly bytes: Buffer
  readonly oid: string
  readonly name: string
  readonly isPlain: boolean
}

function lack(from: Side, path: string, bytes: Buffer, isPlain = false): Lacking {
  const oid = createHash('sha256').update(bytes).digest('hex')
  return { from, path, bytes, oid, isPlain, name: isPlain ? gitBlobId(bytes) : oid }
}

const small = (from: Side, count: number) =>
  Array.from({ length: count }, (_, index) => lack(from, `${from}/${index}.parquet`, Buffer.from(`${from} ${index}`)))

/** Each of another machine. */
export const large: readonly Lacking[] = (['github', 'huggingface', 'huggingface'] as const).map((from, index) =>
  lack(from, `large/${index}.parquet`, Buffer.alloc(1_000_000, `large ${index}`)),
)

export const lacking: readonly Lacking[] = [
  ...large,
  ...small('github', 10),
  ...small('huggingface', 12),
  ...Object.entries(pictures(4)).map(([path, bytes]) => lack('github', path, bytes as Buffer, true)),
]

/** What each side has and the other one lacks. */
export function listFiles(side: Side): Files {
  const own = lacking.filter(({ from }) => from === side)
  return Object.fromEntries(own.map(({ path, bytes, isPlain }) => [path, isPlain ? bytes : { lfs: bytes }]))
}

export const shares: readonly string[] = Array.from({ length: 8 }, (_, index) => `${index + 1}/8`)
export const shareOf = ({ name }: Lacking) => shares.findIndex((share) => isInShare(name, parseShare(share)!))

/** Those that the other side has now, to the last byte and confirmed. */
export const listWhole = (pair: Pair) =>
  lacking.filter(({ from, oid, bytes }) =>
    pair[otherSide[from]].repository.hasObject({ oid, byteLength: bytes.length }),
  )

/** Those whose bytes have come to the other side since the log was emptied, each as often as they came. */
export function takeSent(pair: Pair): Lacking[] {
  const keys: Sides<string[]> = sidesOf('github', [], [])
  for (const side of sides)
    keys[side].push(
      ...pair.storages[side].hub.requests
        .splice(0)
        .flatMap(({ method, url, status }) => (method === 'PUT' && status === 200 ? [url] : [])),
    )
  return lacking.flatMap((one) => keys[otherSide[one.from]].filter((url) => url.includes(one.oid)).map(() => one))
}
