/**
 * How many rows the record batches of an Arrow file have, each from the few bytes before its data. Pure. Source:
 * apache/arrow, `format/File.fbs` (blocks) and `format/Message.fbs` (record batches).
 */
import { arrowFooterByteLength, readFooter } from './arrow.ts'
import type { Facts } from './facts.ts'
import { Table } from './flatbuffer.ts'

/** Before the metadata of a message: a mark, and its length; files of old writers have no mark. */
const [markedByteLength, unmarkedByteLength] = [8, 4]
const recordBatchMessage = 3
/** A block of the footer: where the batch is (64 bits), how long its metadata is (32, padded), its data (64). */
const blockByteLength = 24
/** The header of a message stands at its beginning, whatever the number of its columns. */
const headerByteLengthMax = 1_024
const codecs = ['lz4', 'zstd']

/** Where the metadata of each batch begins in the file, as far as it is needed. `[]` where the footer is damaged. */
export function listBatches(tail: Uint8Array): readonly { readonly from: number; readonly to: number }[] {
  if (arrowFooterByteLength(tail) === null) return []
  try {
    const footer = readFooter(tail)
    return Array.from({ length: footer.readLength(3) }, (_, index) => {
      const block = footer.readStruct(3, index, blockByteLength)
      const from = Number(block.getBigInt64(0, true))
      return { from, to: from + Math.min(block.getInt32(8, true), headerByteLengthMax) }
    })
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}

/** Adds what the batches say, all of them, in their order; the facts as they are where one of them says nothing. */
export function addBatches(facts: Facts, batches: readonly Uint8Array[]): Facts {
  const read = batches.map(readBatch)
  const known = read.filter((batch) => batch !== null)
  if (known.length < read.length || read.length !== facts.parts) return facts
  const compression = new Set(known.flatMap((batch) => batch.codec ?? []))
  return { ...facts, rows: known.reduce((sum, { rows }) => sum + rows, 0), compression: [...compression].toSorted() }
}

function readBatch(bytes: Uint8Array): { readonly rows: number; readonly codec: string | null } | null {
  const isMarked = Buffer.from(bytes.subarray(0, 4)).equals(Buffer.from('ffffffff', 'hex'))
  try {
    const message = Table.root(bytes.subarray(isMarked ? markedByteLength : unmarkedByteLength))
    const batch = message.readByte(1) === recordBatchMessage ? message.readTable(2) : null
    const rows = batch?.readInt64(0) ?? -1
    if (!batch || !Number.isSafeInteger(rows) || rows < 0) return null
    const codec = batch.readTable(3)
    return { rows, codec: codec && (codecs[codec.readByte(0)] ?? 'compressed') }
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
