/**
 * Reads the contents of many files together: a run that reads a changed file is about to read the next ones. A query brings
 * up to 250 short texts, an archive all files; what neither brings is read by a request for each file.
 */
import { catchRemoteError } from '../http/answer.ts'
import { isFile, nameOf, type Change } from '../model/entry.ts'
import type { Api } from './api.ts'
import { Archive } from './archive.ts'
import { Expected, queryByteLengthMax, textsMax, type ArchiveSource, type ExpectedFile } from './expected.ts'
import { Fetched } from './fetched.ts'
import { readTreeId } from './history.ts'
import { readTexts } from './lookup.ts'
import { sumByteLengths } from './tree.ts'

const textByteLengthMax = 100_000
/** An archive has to save so many requests, since it takes a while to be made. */
const savedMin = 20
/** An archive brings all files of the commit. For each request that it saves, so many bytes may come for nothing. */
const bytesForRequest = 1_000_000

/** Notes which files of a commit a run is about to read, in this order. */
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

/** The ending of a name, as `.png`; the whole name where it has no dot. */
function endOf(path: string): string {
  const name = nameOf(path)
  return name.slice(Math.max(0, name.lastIndexOf('.'))).toLowerCase()
}

/** The content of a blob, if it can be read together with others; `null` where it has to be read by itself. */
export async function readAhead(api: Api, oid: string): Promise<Uint8Array | null> {
  const { memory } = api
  const expected = memory.expected.find((one) => one.has(oid))
  if (!expected) return null
  const archived = await readArchived(api, expected, oid)
  if (archived) return archived
  if (!memory.coming.has(oid) && expected.texts.has(oid)) startBatch(api, expected, takeTexts(api, expected, oid))
  await memory.coming.get(oid)
  // A file that turned out to be no text may make an archive worth it.
  return memory.findContent(oid) ?? readArchived(api, expected, oid)
}

async function readArchived(api: Api, expected: Expected, oid: string): Promise<Uint8Array | null> {
  // If it is not worth it, it is considered again when it would save twice as many requests.
  if (expected.requests >= expected.archivedMin) {
    expected.archivedMin = 2 * expected.requests
    expected.archive = openArchive(api, expected)
  }
  const archive = await expected.archive
  return (await archive?.find(oid)) ?? readFetched(api, expected, oid, archive)
}

/** A file that is not in the archive, or any file where there is none, as git fetches it, if there are many of these. */
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
 * The archive of the commit; null where it would bring too many bytes for the requests that it saves. If the commit is too
 * large to be listed, that is only found out during the download.
 */
async function openArchive(api: Api, expected: Expected): Promise<Archive | null> {
  const byteLengthMax = expected.byteLength + expected.requests * bytesForRequest
  const summed = readTreeId(api, expected.commit).then((tree) => sumByteLengths(api, tree))
  // If nothing can be read, the other ways of reading throw the reason.
  const byteLength = await catchRemoteError(summed, Infinity)
  if (byteLength !== null && byteLength > byteLengthMax) return null
  // The headers and the padding of a tar archive come in addition.
  return new Archive(api, expected, 2 * byteLengthMax)
}

/** Moves files to `others` whose names end like that of a file that was no text. */
function dropOthers({ memory }: Api, expected: Expected): void {
  if (expected.otherEndsSeen === memory.otherEnds.size) return
  expected.otherEndsSeen = memory.otherEnds.size
  for (const [oid, { path, after }] of expected.texts)
    if (memory.otherEnds.has(endOf(path))) expected.addOther(oid, after.byteLength)
}

/** The ids of the texts to ask for in one query, from `first` on. */
function takeTexts(api: Api, expected: Expected, first: string): string[] {
  dropOthers(api, expected)
  const batch: string[] = []
  let byteLength = 0
  for (const [oid, { after }] of expected.texts) {
    if (batch.length === 0 && oid !== first) continue
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
      // If the query fails, each file is read by itself, which throws the reason.
      sortOut(api, expected, batch, await catchRemoteError(readTexts(api, batch), new Set()))
    } finally {
      for (const oid of batch) coming.delete(oid)
    }
  }
  const reading = read()
  for (const oid of batch) coming.set(oid, reading)
}

/**
 * Sorts the files of a query. Texts become the last ones to be read, in case memory had no room for them; files that did not
 * come as texts are moved to `others`. `told`: those for which there was an answer.
 */
function sortOut({ memory }: Api, expected: Expected, batch: readonly string[], told: ReadonlySet<string>): void {
  for (const oid of batch) {
    const file = expected.texts.get(oid)
    // Another query may have moved it.
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
