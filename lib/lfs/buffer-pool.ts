/** Memory for parts that are kept until they are stored: a fixed amount for all uploads together. */

const byteLengthMaxDefault = 24 * 1024 * 1024
const roomsMax = 8

/** Rooms are used again and again, as what is given back to the garbage collector stays in the process for long. */
export class Rooms {
  readonly #byteLengthMax: number
  readonly #free: Buffer[] = []
  #taken = 0
  #byteLength = 0

  constructor(byteLengthMax = byteLengthMaxDefault) {
    this.#byteLengthMax = byteLengthMax
  }

  /**
   * `null` where there is none just now. Nobody waits for one, so nobody can wait for ever: what finds no room can do
   * without.
   */
  take(byteLength: number): Buffer | null {
    if (this.#taken === roomsMax) return null
    const fitting = this.#free.findIndex((room) => room.byteLength >= byteLength)
    if (fitting !== -1) {
      this.#taken += 1
      return this.#free.splice(fitting, 1)[0]!
    }
    // Smaller ones make place.
    while (this.#byteLength + byteLength > this.#byteLengthMax && this.#free.length > 0)
      this.#byteLength -= this.#free.pop()!.byteLength
    if (this.#byteLength + byteLength > this.#byteLengthMax) return null
    this.#taken += 1
    this.#byteLength += byteLength
    return Buffer.allocUnsafeSlow(byteLength)
  }

  give(room: Buffer): void {
    this.#taken -= 1
    this.#free.push(room)
  }
}
