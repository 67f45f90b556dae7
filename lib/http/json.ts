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
  return typeof value === 'string' && /^[0-9a-f]{40}$/.test(value)
}

/** A number of bytes that JavaScript can count exactly. */
export function isByteLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
