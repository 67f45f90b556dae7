/** Digests of values: the same value has the same digest on every machine and in every run. */
import { createHash } from 'node:crypto'

/** Texts this long are handed to the hash: a plan of many changes is never one string. */
const textLengthMax = 65_536

/**
 * JSON with the keys of objects in order, so that how a value was put together does not show. Throws a `TypeError` for
 * what JSON would drop or blur (`undefined` in a list, functions, `NaN`, maps, dates): two values must never share a
 * name. A property that is `undefined` counts as absent.
 */
class Canonical {
  readonly #hash = createHash('sha256')
  /** The values of a plan have few shapes: a list of keys is put in order once. */
  readonly #orders = new Map<string, readonly (readonly [key: string, text: string])[]>()
  #text = ''

  #put(text: string): void {
    this.#text += text
    if (this.#text.length < textLengthMax) return
    this.#hash.update(this.#text)
    this.#text = ''
  }

  /** Keys in order, each with its JSON and the colon. */
  #order(keys: readonly string[]): readonly (readonly [key: string, text: string])[] {
    const name = keys.every((key) => !key.includes('\n')) ? keys.join('\n') : JSON.stringify(keys)
    const known = this.#orders.get(name)
    if (known) return known
    const sorted = keys.toSorted().map((key) => [key, `${JSON.stringify(key)}:`] as const)
    this.#orders.set(name, sorted)
    return sorted
  }

  write(value: unknown): void {
    // A row of single values is written in one piece, which takes a tenth of the time.
    if (isSingle(value) || (Array.isArray(value) && isRow(value))) return this.#put(JSON.stringify(value))
    if (Array.isArray(value) || isGenerator(value)) return this.#writeList(value)
    const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined
    if (prototype !== Object.prototype && prototype !== null) {
      const what = typeof value === 'object' ? `a ${value!.constructor.name}` : String(value)
      throw new TypeError(`Cannot digest a value: it holds ${what}, which JSON cannot say`)
    }
    const properties = value as Record<string, unknown>
    let before = '{'
    for (const [key, text] of this.#order(Object.keys(properties))) {
      if (properties[key] === undefined) continue
      this.#put(before + text)
      this.write(properties[key])
      before = ','
    }
    this.#put(before === '{' ? '{}' : '}')
  }

  #writeList(values: Iterable<unknown>): void {
    this.#put('[')
    let isFirst = true
    // Gaps are `undefined` here, and refused as such.
    for (const value of values) {
      if (!isFirst) this.#put(',')
      isFirst = false
      this.write(value)
    }
    this.#put(']')
  }

  digest(): string {
    return this.#hash.update(this.#text).digest('hex')
  }
}

function isSingle(value: unknown): boolean {
  return value === null || typeof value === 'boolean' || typeof value === 'string' || Number.isFinite(value)
}

function isRow(values: readonly unknown[]): boolean {
  // Gaps are values here, which `every` would not see.
  for (const value of values) if (!isSingle(value)) return false
  return true
}

/** Other things that can be iterated, such as maps, are no lists. */
function isGenerator(value: unknown): value is Generator<unknown> {
  return Object.prototype.toString.call(value) === '[object Generator]'
}

/** SHA-256 in hex. A list may come from a generator, so that a long one need not be in memory as a whole. */
export function digest(value: unknown): string {
  const canonical = new Canonical()
  canonical.write(value)
  return canonical.digest()
}
