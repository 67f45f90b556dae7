/** Contents of many small files: whoever reads one of those that changed reads the next ones soon, and a query gives 250 at once. */
import { isFile, type Entry } from '../entry.ts'
import { RemoteError } from '../errors.ts'
import type { Api } from './api.ts'
import { readTexts, textsMax } from './lookup.ts'
import type { Memory } from './memory.ts'

const fileByteLengthMax = 100_000
const batchByteLengthMax = 2_000_000

/** Notes what may be read, in this order. */
export function expectContents({ memory }: Api, entries: readonly Entry[]): void {
  for (const entry of entries) {
    const small = isFile(entry) && entry.lfs === null && entry.byteLength <= fileByteLengthMax
    if (small && memory.findContent(entry.oid) === null) memory.upcoming.set(entry.oid, entry.byteLength)
  }
}

/** The content, if it is expected and a text, together with those that come after it; `null` where it has to be asked for alone. */
export async function readAhead(api: Api, oid: string): Promise<Uint8Array | null> {
  const { memory } = api
  if (memory.upcoming.has(oid)) startBatch(api, takeUpcoming(memory, oid))
  await memory.coming.get(oid)
  return memory.findContent(oid)
}

/** Nothing is taken twice: what does not come as a text is not one. */
function takeUpcoming({ upcoming }: Memory, first: string): string[] {
  const batch: string[] = []
  let byteLength = 0
  for (const [oid, each] of upcoming) {
    if (batch.length === 0 && oid !== first) continue
    byteLength += each
    if (batch.length === textsMax || (batch.length > 0 && byteLength > batchByteLengthMax)) break
    batch.push(oid)
  }
  for (const oid of batch) upcoming.delete(oid)
  return batch
}

function startBatch(api: Api, batch: readonly string[]): void {
  if (batch.length < 2) return
  const { coming } = api.memory
  const read = async () => {
    try {
      await readTexts(api, batch)
    } catch (error) {
      // Each is asked for alone then, and tells why it cannot be read.
      if (!(error instanceof RemoteError)) throw error
    } finally {
      for (const oid of batch) coming.delete(oid)
    }
  }
  const reading = read()
  for (const oid of batch) coming.set(oid, reading)
}
