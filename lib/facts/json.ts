/** Rows and columns of JSON and JSON Lines. Pure. Source: RFC 8259; jsonlines.org. */
import { groupDigits } from '../model/group-digits.ts'
import { createFacts, type Column, type Facts, type Found } from './facts.ts'
import { looksWide, noText } from './table.ts'

const lineFeed = 10

/** Types of JSON values, in the order in which they are told. */
function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value
}

/** The columns are the keys of all objects, each with the types of its values, null apart. */
class ColumnTypes {
  readonly #types = new Map<string, Set<string>>()

  /** Whether the value is an object, whose keys are columns. */
  add(value: unknown): boolean {
    if (typeOf(value) !== 'object') return false
    for (const [key, of] of Object.entries(value as object)) {
      const seen = this.#types.get(key) ?? new Set()
      this.#types.set(key, seen.add(typeOf(of)))
    }
    return true
  }

  list(): Column[] {
    return [...this.#types].map(([name, seen]) => {
      const known = [...seen].filter((type) => type !== 'null').toSorted()
      return { name, type: known.join(' or ') }
    })
  }
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const withoutMark = (text: string) => text.replace(/^\ufeff/, '')

/** All of a file: its lines are rows where each is an object. */
export function parseJsonLines(bytes: Uint8Array): Found {
  if (looksWide(bytes)) return null
  if (bytes.includes(0)) return noText
  const types = new ColumnTypes()
  let [number, isPlain] = [0, true]
  for (const line of linesOf(bytes)) {
    number += 1
    const text = textOf(line)
    if (text.trim() === '') {
      isPlain = false
      continue
    }
    try {
      isPlain = types.add(JSON.parse(number === 1 ? withoutMark(text) : text)) && isPlain
    } catch {
      return { misnamed: `its line ${groupDigits(number)} is no JSON` }
    }
  }
  return createFacts({
    format: 'JSON Lines',
    ...(isPlain ? { rows: number, columns: types.list() } : { lines: number }),
  })
}

/**
 * All of a file: a list of objects is a table, an object has keys, and of other values nothing is told. JSON Lines go by
 * this name, too. Null where it may be JSON with comments, which has no name of its own.
 */
export function parseJson(bytes: Uint8Array): Found {
  if (looksWide(bytes)) return null
  if (bytes.includes(0)) return noText
  const text = withoutMark(textOf(bytes))
  try {
    return describe(JSON.parse(text))
  } catch {
    const lines = parseJsonLines(bytes)
    if (lines && 'rows' in lines && lines.rows) return lines
    return /^\s*\/[/*]/m.test(text) ? null : { misnamed: 'it is neither JSON nor JSON Lines' }
  }
}

function describe(value: unknown): Facts | null {
  const types = new ColumnTypes()
  if (types.add(value)) return createFacts({ format: 'JSON object', columns: types.list() })
  const isTable = Array.isArray(value) && value.every((row) => types.add(row))
  return isTable ? createFacts({ format: 'JSON', rows: value.length, columns: types.list() }) : null
}

/** Without their ends. */
function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength;) {
    const found = bytes.indexOf(lineFeed, start)
    const end = found < 0 ? bytes.byteLength : found
    yield bytes.subarray(start, end)
    start = end + 1
  }
}
