/**
 * A process of its own: two LFS servers whose storage makes the bytes that it gives and forgets those that it takes, so
 * that what another process needs for a copy can be measured. Its arguments are a JSON `WireSetting`; it prints a
 * `WireReady`, answers a line on stdin with `WireCounts`, and ends with its stdin.
 */
import { createInterface } from 'node:readline'
import { Generated } from '../hubs/generated.ts'
import { LfsServer } from '../hubs/lfs-server.ts'
import type { LfsObject } from '../hubs/storage.ts'

/** `partByteLength` 0: uploads are basic. */
export interface WireSetting {
  readonly count: number
  readonly byteLength: number
  readonly partByteLength: number
}
export interface WireReady {
  readonly from: string
  readonly to: string
  readonly objects: readonly LfsObject[]
}
/** Bytes that left and arrived, and how many uploads were verified. */
export interface WireCounts {
  readonly given: number
  readonly taken: number
  readonly finished: number
}

const { count, byteLength, partByteLength } = JSON.parse(process.argv[2]!) as WireSetting
const [from, to] = await Promise.all([new LfsServer().start(), new LfsServer().start()])
const generated = new Generated(count, byteLength)
for (const server of [from, to]) server.storage.generated = generated
for (const object of generated.objects) from.storage.addGenerated(object.oid, byteLength)
to.partByteLength = partByteLength

const counts = (): WireCounts => ({
  given: from.gets.reduce((sum, { downloadedBytes }) => sum + downloadedBytes, 0),
  taken: to.puts.reduce((sum, { uploadedBytes }) => sum + uploadedBytes, 0),
  finished: new Set(to.verified.map(({ oid }) => oid)).size,
})
createInterface({ input: process.stdin })
  .on('line', () => console.log(JSON.stringify(counts())))
  .on('close', () => process.exit())
console.log(JSON.stringify({ from: from.origin, to: to.origin, objects: generated.objects } satisfies WireReady))
