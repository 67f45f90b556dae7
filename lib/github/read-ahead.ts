/**
 * Reads the contents of many files together: a run that reads one is about to read those that are expected after it. They
 * are fetched with git; where they are few, or it gives none, a query brings up to 250 short texts. What neither brings is
 * read by a request for each file.
 */
import { BlobFetcher } from '../git-wire/blob-fetcher.ts'
import { catchRemoteError } from '../http/answer.ts'
import type { Api } from './api.ts'
import { readTexts, textsMax } from './lookup.ts'

/** A longer file is not asked for as a text. */
const textByteLengthMax = 100_000
/** The most bytes of texts of one query: GitHub ends a query after ten seconds. */
const queryByteLengthMax = 2_000_000

/** The content of a blob, if it can be read together with others; `null` where it has to be read by itself. */
export async function readAhead(api: Api, oid: string): Promise<Uint8Array | null> {
  const { memory } = api
  const { expected, coming } = memory
  const byteLength = expected.get(oid)
  memory.fetcher ??= new BlobFetcher(api.git, {
    expected,
    find: (each) => memory.findContent(each),
    keep: (each, content) => memory.keepContent(each, content),
  })
  const fetched = await memory.fetcher.find(oid)
  if (fetched) return fetched
  if (byteLength !== undefined && byteLength <= textByteLengthMax && !coming.has(oid))
    startQuery(api, takeTexts(api, oid, byteLength))
  await coming.get(oid)
  return memory.findContent(oid)
}

/** The ids of the texts to ask for in one query, which are not expected any more. */
function takeTexts({ memory: { expected } }: Api, first: string, firstByteLength: number): string[] {
  const batch = [first]
  let left = queryByteLengthMax - firstByteLength
  for (const [oid, byteLength] of expected) {
    if (byteLength > textByteLengthMax) continue
    left -= byteLength
    if (batch.length === textsMax || left < 0) break
    expected.delete(oid)
    batch.push(oid)
  }
  return batch
}

/** Asks for texts. If the query fails, or one of them is none, each file is read by itself, which throws the reason. */
function startQuery(api: Api, batch: readonly string[]): void {
  if (batch.length < 2) return
  const { coming } = api.memory
  const reading = catchRemoteError(readTexts(api, batch), null).finally(() => {
    for (const oid of batch) coming.delete(oid)
  })
  for (const oid of batch) coming.set(oid, reading)
}
