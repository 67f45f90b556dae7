/**
 * Tables of a FlatBuffer, read where they stand. Everything out of bounds is a `RangeError`. Pure. Source:
 * google/flatbuffers, `docs/source/internals.md`.
 */

/** A table of a FlatBuffer: reads fields by their number. */
export class Table {
  readonly #view: DataView
  readonly #at: number

  private constructor(view: DataView, at: number) {
    this.#view = view
    this.#at = at
  }

  /** The root of a buffer, which its first number leads to. */
  static root(bytes: Uint8Array): Table {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return new Table(view, view.getUint32(0, true))
  }

  /** Where the field stands, counted from 0 in the order of the schema; null where it has its default. */
  #find(field: number): number | null {
    const vtable = this.#at - this.#view.getInt32(this.#at, true)
    const slot = 4 + 2 * field
    if (slot + 2 > this.#view.getUint16(vtable, true)) return null
    const offset = this.#view.getUint16(vtable + slot, true)
    return offset === 0 ? null : this.#at + offset
  }

  #follow(at: number): number {
    return at + this.#view.getUint32(at, true)
  }

  readInt32(field: number, otherwise: number): number {
    const at = this.#find(field)
    return at === null ? otherwise : this.#view.getInt32(at, true)
  }

  /** 0 where it has its default; of a number too large for a double the nearest one. */
  readInt64(field: number): number {
    const at = this.#find(field)
    return at === null ? 0 : Number(this.#view.getBigInt64(at, true))
  }

  readInt16(field: number, otherwise: number): number {
    const at = this.#find(field)
    return at === null ? otherwise : this.#view.getInt16(at, true)
  }

  readByte(field: number): number {
    const at = this.#find(field)
    return at === null ? 0 : this.#view.getUint8(at)
  }

  readString(field: number): string | null {
    const at = this.#find(field)
    if (at === null) return null
    const start = this.#follow(at)
    const byteLength = this.#view.getUint32(start, true)
    const bytes = new Uint8Array(this.#view.buffer, this.#view.byteOffset, this.#view.byteLength)
    if (start + 4 + byteLength > bytes.byteLength) throw new RangeError('a string ends beyond its buffer')
    return Buffer.from(bytes.subarray(start + 4, start + 4 + byteLength)).toString('utf8')
  }

  readTable(field: number): Table | null {
    const at = this.#find(field)
    return at === null ? null : new Table(this.#view, this.#follow(at))
  }

  /** How many elements the vector has, 0 where there is none. */
  readLength(field: number): number {
    const at = this.#find(field)
    return at === null ? 0 : this.#view.getUint32(this.#follow(at), true)
  }

  /** One of a vector of tables. */
  readElement(field: number, index: number): Table {
    const at = this.#find(field)
    if (at === null) throw new RangeError('the vector is not there')
    return new Table(this.#view, this.#follow(this.#follow(at) + 4 + 4 * index))
  }

  /** One of a vector of structs, which are `byteLength` long each. */
  readStruct(field: number, index: number, byteLength: number): DataView {
    const at = this.#find(field)
    if (at === null) throw new RangeError('the vector is not there')
    const start = this.#follow(at) + 4 + index * byteLength
    return new DataView(this.#view.buffer, this.#view.byteOffset + start, byteLength)
  }
}
