/**
 * What data files say of themselves, each from as little of it as its format takes. A format's library is loaded with its
 * first file.
 */
import { addBatches, listBatches } from '../facts/arrow-batches.ts'
import { arrowFooterByteLength, parseArrowFile, parseArrowStream } from '../facts/arrow.ts'
import type { Found } from '../facts/facts.ts'
import { parseJson, parseJsonLines } from '../facts/json.ts'
import { parseDelimited } from '../facts/table.ts'
import { contentByteLength, type Content } from '../model/content.ts'
import { firstByteLength, type FileReader } from './file-reader.ts'
import { formatOf, type Format } from './formats.ts'

/** A Parquet file of some thousand columns has a larger footer. */
const footerByteLengthMax = 1_048_576
/** Of an Arrow file, each of which takes a read. */
const batchesMax = 16

/** `bytes` where all of the file was read, unpacked where it is packed. */
export interface ReadFile {
  readonly found: Found
  readonly bytes: Uint8Array | null
}

const nothing: ReadFile = { found: null, bytes: null }

/** What a version of a file says; `path` gives the format. */
export async function readFile(reader: FileReader, path: string, file: Content): Promise<ReadFile> {
  const format = formatOf(path)!
  switch (format.reader) {
    case 'parquet': {
      const { footerByteLength, parseParquet } = await import('../facts/parquet.ts')
      const tail = await readTail(reader, file, footerByteLength)
      return { ...nothing, found: tail && parseParquet(tail) }
    }
    case 'arrow':
      return { ...nothing, found: await readArrow(reader, file) }
    case 'image': {
      const { parseImage } = await import('../facts/image.ts')
      const start = await readStart(reader, file)
      return { ...nothing, found: start && parseImage(start, format.extension) }
    }
    default:
      return readText(reader, file, format)
  }
}

function readStart(reader: FileReader, file: Content): Promise<Uint8Array | null> {
  return reader.readPart(file, 0, Math.min(firstByteLength, contentByteLength(file)))
}

/** All of a small file; of a larger one the beginning, which tells the columns of delimited text. */
async function readText(reader: FileReader, file: Content, { reader: kind, isPacked }: Format): Promise<ReadFile> {
  const isDelimited = kind === 'csv' || kind === 'tsv'
  const whole = await reader.readWhole(file)
  const read = whole ?? (isDelimited ? await readStart(reader, file) : null)
  if (!read) return nothing
  const text = isPacked ? await reader.unpack(read, whole !== null) : { bytes: read, isWhole: whole !== null }
  if (!text) return { ...nothing, found: { misnamed: 'it cannot be unpacked' } }
  const { bytes, isWhole } = text
  if (!isDelimited && !isWhole) return nothing
  const found = isDelimited
    ? parseDelimited(bytes, kind, isWhole)
    : kind === 'json'
      ? parseJson(bytes)
      : parseJsonLines(bytes)
  const facts = isPacked && found && 'format' in found ? { ...found, compression: ['gzip'] } : found
  return { found: facts, bytes: isWhole ? bytes : null }
}

/**
 * The end of a file, its footer or more of it; null where that cannot be had, or is too long. `measure`: how long the
 * footer is that the end of a file shows, null where there is none.
 */
async function readTail(
  reader: FileReader,
  file: Content,
  measure: (tail: Uint8Array) => number | null,
): Promise<Uint8Array | null> {
  const byteLength = contentByteLength(file)
  const from = Math.max(0, byteLength - firstByteLength)
  const tail = await reader.readPart(file, from, byteLength)
  if (!tail) return null
  const missing = (measure(tail) ?? 0) - tail.byteLength
  if (missing <= 0 || missing > from) return tail
  if (missing > footerByteLengthMax) {
    reader.cut()
    return null
  }
  const rest = await reader.readPart(file, from - missing, from)
  return rest && Buffer.concat([rest, tail])
}

async function readArrow(reader: FileReader, file: Content): Promise<Found> {
  const tail = await readTail(reader, file, arrowFooterByteLength)
  if (!tail || arrowFooterByteLength(tail) === null) {
    const start = await readStart(reader, file)
    return start && parseArrowStream(start)
  }
  const found = parseArrowFile(tail)
  if (!found || !('format' in found) || found.parts === null) return found
  if (found.parts > batchesMax) {
    reader.cut()
    return found
  }
  const parts = listBatches(tail).filter(({ from, to }) => from >= 0 && from < to && to <= contentByteLength(file))
  const read = await Promise.all(parts.map(({ from, to }) => reader.readPart(file, from, to)))
  return addBatches(
    found,
    read.filter((bytes) => bytes !== null),
  )
}
