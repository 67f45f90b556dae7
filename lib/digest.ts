/** One name for a value: the same value has the same one on every machine and in every run. */
import { createHash } from 'node:crypto'

/**
 * JSON with the keys of objects in order, so that how a value was put together does not show. Throws a `TypeError` for what JSON would
 * drop or blur (`undefined` in a list, functions, `NaN`, maps, dates): two values must never share a name. A property that is
 * `undefined` counts as absent.
 */
function formatCanonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${Array.from(value, formatCanonical).join(',')}]`
  const isPlain = typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null)
  if (!isPlain) {
    const what = typeof value === 'object' ? `a ${value.constructor.name}` : String(value)
    throw new TypeError(`Cannot digest a value: it holds ${what}, which JSON cannot say`)
  }
  const properties = Object.entries(value).filter(([, inner]) => inner !== undefined).toSorted(([a], [b]) => a < b ? -1 : 1)
  return `{${properties.map(([key, inner]) => `${JSON.stringify(key)}:${formatCanonical(inner)}`).join(',')}}`
}

/** SHA-256 in hex. */
export function digest(value: unknown): string {
  return createHash('sha256').update(formatCanonical(value)).digest('hex')
}
