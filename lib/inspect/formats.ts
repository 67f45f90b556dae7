/** Which files say something of themselves, by their names. */

const readers = {
  parquet: 'parquet',
  csv: 'csv',
  tsv: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  arrow: 'arrow',
  feather: 'arrow',
  png: 'image',
  jpg: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
} as const

/** Readers of text. */
const texts: ReadonlySet<string> = new Set(['csv', 'tsv', 'jsonl', 'json'])

/** `extension`: what the name ends in, without the first dot. `isPacked`: it is the text in gzip. */
export interface Format {
  readonly reader: (typeof readers)[keyof typeof readers]
  readonly extension: string
  readonly isPacked: boolean
}

/** The format that a path names, where it is one of those that are inspected; else `null`. */
export function formatOf(path: string): Format | null {
  const [, name, gzip = ''] = /\.([a-z]+)(\.gz)?$/i.exec(path)?.map((part) => part?.toLowerCase()) ?? []
  if (name === undefined || !Object.hasOwn(readers, name)) return null
  const reader = readers[name as keyof typeof readers]
  const isPacked = gzip !== ''
  return isPacked && !texts.has(reader) ? null : { reader, extension: name + gzip, isPacked }
}

/** Whether a file of this name may hold lines that people read. */
export function isTextName(path: string): boolean {
  const format = formatOf(path)
  return format === null || (texts.has(format.reader) && !format.isPacked)
}
