/** What the footer of a Parquet file says. Pure. Source: apache/parquet-format, `README.md` and `LogicalTypes.md`. */
import { parquetMetadata, type FileMetaData, type SchemaElement } from 'hyparquet'
import { createFacts, type Column, type Found } from './facts.ts'
import { isThriftStruct } from './thrift.ts'

/** Of its length and its last four letters, which stand behind the metadata. */
const trailerByteLength = 8
const nestingMax = 64

/** The last four bytes: `PAR1`, or `PARE` where the metadata is encrypted. */
function readMagic(tail: Uint8Array): string {
  return Buffer.from(tail.subarray(-4)).toString('latin1')
}

/** How many bytes at the end of the file are its footer; null where it has none that can be read. */
export function footerByteLength(tail: Uint8Array): number | null {
  if (tail.byteLength < trailerByteLength || readMagic(tail) !== 'PAR1') return null
  return Buffer.from(tail.subarray(-trailerByteLength)).readUInt32LE(0) + trailerByteLength
}

/** `tail` is the end of the file, its footer or more of it. */
export function parseParquet(tail: Uint8Array): Found {
  const byteLength = footerByteLength(tail)
  if (byteLength === null)
    return readMagic(tail) === 'PARE'
      ? { sealed: 'its footer is encrypted' }
      : { misnamed: 'it does not end as a Parquet file does' }
  const unreadable = { misnamed: 'its footer cannot be read as that of a Parquet file' }
  if (byteLength > tail.byteLength) return unreadable
  const footer = tail.subarray(-byteLength)
  if (!isThriftStruct(footer.subarray(0, -trailerByteLength))) return unreadable
  try {
    return describe(parquetMetadata(footer, { geoparquet: false }))
  } catch {
    return unreadable
  }
}

function describe({ schema, num_rows, row_groups, key_value_metadata = [], created_by }: FileMetaData): Found {
  const chunks = row_groups.flatMap(({ columns }) => columns.flatMap(({ meta_data }) => meta_data ?? []))
  return createFacts({
    format: 'Parquet',
    rows: Number(num_rows),
    columns: new SchemaReader(schema).readColumns(),
    parts: row_groups.length,
    compression: [...new Set(chunks.map(({ codec }) => formatCodec(String(codec))))].toSorted(),
    metadata: new Map(key_value_metadata.map(({ key, value }) => [key, value ?? ''])),
    writer: created_by ?? null,
  })
}

function formatCodec(codec: string): string {
  return codec === 'UNCOMPRESSED' ? 'no compression' : codec.toLowerCase()
}

/** A schema element with its children: the file lists them in depth-first order. */
interface Node {
  readonly element: SchemaElement
  readonly children: readonly Node[]
}

class SchemaReader {
  readonly #schema: readonly SchemaElement[]
  #at = 0

  constructor(schema: readonly SchemaElement[]) {
    this.#schema = schema
  }

  readColumns(): Column[] {
    return this.#readNode(0).children.map((node) => ({
      name: node.element.name,
      type: formatNode(node),
      field: node.element.field_id,
    }))
  }

  #readNode(depth: number): Node {
    const element = this.#schema[this.#at++]
    if (!element || depth > nestingMax) throw new RangeError('the schema ends early, or is nested too deeply')
    const children: Node[] = []
    while (children.length < (element.num_children ?? 0)) children.push(this.#readNode(depth + 1))
    return { element, children }
  }
}

/** A column that is repeated without being in a list is one. */
function formatNode(node: Node): string {
  return node.element.repetition_type === 'REPEATED' ? `list<${formatType(node)}>` : formatType(node)
}

function formatType({ element, children }: Node): string {
  if (element.type !== undefined) return formatLeaf(element)
  const kind = element.logical_type?.type ?? element.converted_type
  const [only] = children
  if (kind === 'VARIANT') return 'variant'
  if (only && kind === 'LIST') return `list<${formatItem(only, element.name)}>`
  if (only && (kind === 'MAP' || kind === 'MAP_KEY_VALUE')) return `map<${only.children.map(formatNode).join(', ')}>`
  return `struct<${children.map((child) => `${child.element.name}: ${formatNode(child)}`).join(', ')}>`
}

/** Old writers leave out a level of a list (`LogicalTypes.md`, backward-compatibility rules). */
function formatItem(repeated: Node, list: string): string {
  const { element, children } = repeated
  const isItem =
    element.type !== undefined || children.length > 1 || element.name === 'array' || element.name === `${list}_tuple`
  return isItem ? formatType(repeated) : formatNode(children[0]!)
}

const physical: Readonly<Record<string, string>> = {
  BOOLEAN: 'bool',
  INT32: 'int32',
  INT64: 'int64',
  INT96: 'timestamp[ns]',
  FLOAT: 'float32',
  DOUBLE: 'float64',
  BYTE_ARRAY: 'binary',
}

const units: Readonly<Record<string, string>> = { MILLIS: 'ms', MICROS: 'us', NANOS: 'ns' }

/** One name for what the newer logical and the older converted types spell in two ways. */
function formatLeaf({ type, type_length, logical_type, converted_type, precision, scale }: SchemaElement): string {
  switch (logical_type?.type) {
    case 'INTEGER':
      return `${logical_type.isSigned ? '' : 'u'}int${logical_type.bitWidth}`
    case 'DECIMAL':
      return `decimal(${logical_type.precision}, ${logical_type.scale ?? 0})`
    case 'TIME':
      return `time[${units[logical_type.unit]}]`
    case 'TIMESTAMP':
      return `timestamp[${units[logical_type.unit]}, ${logical_type.isAdjustedToUTC ? 'UTC' : 'local'}]`
    case undefined:
      break
    default:
      return logical_type!.type.toLowerCase()
  }
  const [, sign, bits] = /^(U?)INT_(\d+)$/.exec(converted_type ?? '') ?? []
  if (bits !== undefined) return `${sign!.toLowerCase()}int${bits}`
  const [, word, unit] = /^(TIME|TIMESTAMP)_(MILLIS|MICROS)$/.exec(converted_type ?? '') ?? []
  if (word !== undefined) return `${word.toLowerCase()}[${units[unit!]}]`
  if (converted_type === 'UTF8') return 'string'
  if (converted_type === 'DECIMAL') return `decimal(${precision ?? 0}, ${scale ?? 0})`
  if (converted_type !== undefined) return converted_type.toLowerCase()
  return physical[type!] ?? `binary[${type_length ?? 0}]`
}
