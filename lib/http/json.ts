/** Checks JSON from services field by field, since it may have any shape (.github/decisions/0024). */

/** The value of a JSON text; `undefined` where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The fields of an object, of unknown types; no fields for a value that is no object. */
export function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** The rows of a list, each parsed; `null` where the value is no list, or where `parse` returns `null` for a row. */
export function parseList<T>(value: unknown, parse: (row: unknown) => T | null): T[] | null {
  if (!Array.isArray(value)) return null
  const rows = value.map(parse)
  return rows.includes(null) ? null : (rows as T[])
}

/** Whether a value is the id of a git object: a SHA-1 in 40 digits of lower-case hex. */
export function isOid(value: unknown): value is string {
  if (typeof value !== 'string' || value.length !== 40) return false
  // In a run over many files this is called most often of all checks; a regular expression takes three times as long.
  for (let at = 0; at < 40; at++) {
    const unit = value.charCodeAt(at)
    if (!(unit >= 0x30 && unit <= 0x39) && !(unit >= 0x61 && unit <= 0x66)) return false
  }
  return true
}

/** Whether a value is a number of bytes: an integer from 0 to what JavaScript counts exactly. */
export function isByteLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
