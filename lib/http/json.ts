/** JSON of services, checked field by field: nothing is believed of its shape (.github/decisions/0024). */

/** The value that a text holds; `undefined` where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The fields of an object, to be checked one by one; none of anything that is no object. */
export function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** A list of rows; `null` where it is none, or where `parse` gives `null` for a row. */
export function parseList<T>(value: unknown, parse: (row: unknown) => T | null): T[] | null {
  if (!Array.isArray(value)) return null
  const rows = value.map(parse)
  return rows.includes(null) ? null : (rows as T[])
}

/** A name of a git object: SHA-1, as 40 digits of lower-case hex. */
export function isOid(value: unknown): value is string {
  if (typeof value !== 'string' || value.length !== 40) return false
  // A run over many files checks nothing more often: this takes a third of what a regular expression does.
  for (let at = 0; at < 40; at++) {
    const unit = value.charCodeAt(at)
    if (!(unit >= 0x30 && unit <= 0x39) && !(unit >= 0x61 && unit <= 0x66)) return false
  }
  return true
}

/** A number of bytes that JavaScript can count exactly. */
export function isByteLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
