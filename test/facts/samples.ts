/** Data files to look into: real ones, those of this folder, and some that are written on the spot. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter, parquetWriteBuffer } from 'hyparquet-writer'
import type { Facts, Found } from '../../lib/facts/facts.ts'
import { parseParquet } from '../../lib/facts/parquet.ts'

const vega = join(dirname(fileURLToPath(import.meta.resolve('vega-datasets'))), '..')

/** A file of the package `vega-datasets`. */
export function readVega(name: string): Uint8Array {
  return readFileSync(join(vega, 'data', name))
}

/** What the columns of the table hold that `files/make.py` writes in each format. */
export const sampleTypes = [
  'int32',
  'string',
  'int64',
  'float64',
  'list<string>',
  'timestamp[us, local]',
  'struct<x: int16, y: float32>',
  'decimal(9, 2)',
]

/** A file of the folder `files`; `make.py` there says how it came to be. */
export function readSample(name: string): Uint8Array {
  return readFileSync(new URL(`files/${name}`, import.meta.url))
}

export function factsOf(found: Found): Facts {
  if (found === null || !('format' in found)) throw new Error(`no facts: ${JSON.stringify(found)}`)
  return found
}

export function writeParquet(options: Parameters<typeof parquetWriteBuffer>[0]): Uint8Array {
  return new Uint8Array(parquetWriteBuffer(options))
}

/** The facts of a file without rows that has this schema below its root. */
export function readSchema(elements: readonly SchemaElement[], children = elements.length): Facts {
  const writer = new ByteWriter()
  const parquet = new ParquetWriter({ writer, schema: [{ name: 'root', num_children: children }, ...elements] })
  parquet.finish()
  return factsOf(parseParquet(new Uint8Array(writer.getBuffer())))
}
