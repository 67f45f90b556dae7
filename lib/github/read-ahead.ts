/**
 * Contents of many files: whoever reads one of those that changed reads the next ones soon. A query gives 250 small
 * texts at once, an archive everything; what is left is asked for one by one.
 */
import { isFile, nameOf, type Change } from '../model/entry.ts'
import { RemoteError } from '../model/errors.ts'
import type { Api } from './api.ts'
import { Archive } from './archive.ts'
import { Expected, queryByteLengthMax, textsMax, type ArchiveSource, type ExpectedFile } from './expected.ts'
import { Fetched } from './fetched.ts'
import { readTreeId } from './history.ts'
import { readTexts } from './lookup.ts'
import { sumByteLengths } from './tree.ts'

const textByteLengthMax = 100_000
/** For fewer requests than this, nobody waits for an archive to be made. */
const savedMin = 20
/**
 * An archive brings the whole repository: so many bytes of what nobody asked for are worth a request that is spared.
 */
const bytesForRequest = 1_000_000

/** Notes what may be read of a commit, in this order. */
export function expectContents({ memory }: Api, commit: string, changes: readonly Change[]): void {
  const expected = new Expected(commit, savedMin)
  for (const change of changes) {
    if (!isPlainFile(change)) continue
    const { oid, byteLength } = change.after
    if (memory.findContent(oid) !== null || memory.expected.some((other) => other.has(oid))) continue
    if (byteLength <= textByteLengthMax) expected.addText(change)
    else expected.addOther(oid, byteLength)
  }
  if (expected.size > 0) memory.expected.push(expected)
}

function isPlainFile(change: Change): change is Change & ExpectedFile {
  return isFile(change.after) && change.after.lfs === null
}

/** `.png`; the name itself where it has no dot. */
function endOf(path: string): string {
  const name = nameOf(path)
  return name.slice(Math.max(0, name.lastIndexOf('.'))).toLowerCase()
}

/** The content, if it is expected and comes together with others; `null` where it has to be asked for alone. */
export async function readAhead(api: Api, oid: string): Promise<Uint8Array | null> {
  const { memory } = api
  const expected = memory.expected.find((one) => one.has(oid))
  if (!expected) return null
  const archived = await readArchived(api, expected, oid)
  if (archived) return archived
  if (!memory.coming.has(oid) && expected.texts.has(oid)) startBatch(api, expected, takeTexts(api, expected, oid))
  await memory.coming.get(oid)
  // What did not come as a text may be one too many to be asked for alone.
  return memory.findContent(oid) ?? readArchived(api, expected, oid)
}

async function readArchived(api: Api, expected: Expected, oid: string): Promise<Uint8Array | null> {
  // Looked at again where it would spare twice as much.
  if (expected.requests >= expected.archivedMin) {
    expected.archivedMin = 2 * expected.requests
    expected.archive = openArchive(api, expected)
  }
  const archive = await expected.archive
  return (await archive?.find(oid)) ?? readFetched(api, expected, oid, archive)
}

/** What the archive does not have, or everything where there is none, is fetched by its ids, where it is many files. */
async function readFetched(
  api: Api,
  expected: Expected,
  oid: string,
  archive: ArchiveSource | null,
): Promise<Uint8Array | null> {
  if (archive?.has(oid)) return null
  if (expected.fetched === null && expected.requests >= savedMin) {
    const missing = new Map([...expected.lengths()].filter(([each]) => !archive?.has(each)))
    if (missing.size >= savedMin) expected.fetched = new Fetched(api, missing)
  }
  return (await expected.fetched?.find(oid)) ?? null
}

/**
 * The archive of the commit; null where the repository is so large that it costs more than it spares. The size of one
 * that is too large to be listed shows on the way.
 */
async function openArchive(api: Api, expected: Expected): Promise<Archive | null> {
  const byteLengthMax = expected.byteLength + expected.requests * bytesForRequest
  try {
    const byteLength = await sumByteLengths(api, await readTreeId(api, expected.commit))
    if (byteLength !== null && byteLength > byteLengthMax) return null
  } catch (error) {
    // There are other ways, and they tell why nothing can be read.
    if (!(error instanceof RemoteError)) throw error
    return null
  }
  // Headers and padding come on top.
  return new Archive(api, expected, 2 * byteLengthMax)
}

/** Expects no text of files whose names end like one that was no text. */
function dropOthers({ memory }: Api, expected: Expected): void {
  if (expected.otherEndsSeen === memory.otherEnds.size) return
  expected.otherEndsSeen = memory.otherEnds.size
  for (const [oid, { path, after }] of expected.texts)
    if (memory.otherEnds.has(endOf(path))) expected.addOther(oid, after.byteLength)
}

/** The texts to ask for together, from `first` on. */
function takeTexts(api: Api, expected: Expected, first: string): string[] {
  dropOthers(api, expected)
  const batch: string[] = []
  let byteLength = 0
  for (const [oid, { after }] of expected.texts) {
    if (batch.length === 0 && oid !== first) continue
    // Read before, and kept.
    if (oid !== first && api.memory.findContent(oid) !== null) continue
    byteLength += after.byteLength
    if (batch.length === textsMax || (batch.length > 0 && byteLength > queryByteLengthMax)) break
    batch.push(oid)
  }
  return batch
}

function startBatch(api: Api, expected: Expected, batch: readonly string[]): void {
  if (batch.length < 2) return
  const { coming } = api.memory
  const read = async () => {
    try {
      sortOut(api, expected, batch, await readTexts(api, batch))
    } catch (error) {
      // Each is asked for alone then, and tells why it cannot be read.
      if (!(error instanceof RemoteError)) throw error
      sortOut(api, expected, batch, new Set())
    } finally {
      for (const oid of batch) coming.delete(oid)
    }
  }
  const reading = read()
  for (const oid of batch) coming.set(oid, reading)
}

/**
 * Sorts a batch that was read. Texts go to the end, to be read again where there was no room to keep them; what did not
 * come as a text is expected as none.
 */
function sortOut({ memory }: Api, expected: Expected, batch: readonly string[], told: ReadonlySet<string>): void {
  for (const oid of batch) {
    const file = expected.texts.get(oid)
    // Another batch has told meanwhile that it is no text.
    if (!file) continue
    const isText = memory.findContent(oid) !== null
    if (isText) expected.moveBack(oid)
    else expected.addOther(oid, file.after.byteLength)
    const end = endOf(file.path)
    if (isText) {
      memory.textEnds.add(end)
      memory.otherEnds.delete(end)
    } else if (told.has(oid) && !memory.textEnds.has(end)) memory.otherEnds.add(end)
  }
}
