/** Memory for parts that are kept until they are stored: a fixed amount for all uploads together. */

const roomsByteLengthMax = 48 * 1024 * 1024
/** Several of these fit; a longer part passes through unkept. */
export const keptByteLengthMax = 16 * 1024 * 1024
const roomsMax = 8

/** Rooms are used again and again, as what is given back to the garbage collector stays in the process for long. */
export class Rooms {
  readonly #free: Buffer[] = []
  readonly #waiting: (() => void)[] = []
  #taken = 0
  #byteLength = 0

  /**
   * Waits until there is room. Nobody waits for ever: a room is only asked for by who holds none that is not on its way already, and what is on
   * its way ends by itself.
   */
  async take(byteLength: number): Promise<Buffer> {
    for (;;) {
      const fitting = this.#free.findIndex(room => room.byteLength >= byteLength)
      if (fitting !== -1) {
        this.#taken += 1
        return this.#free.splice(fitting, 1)[0]!
      }
      // Smaller ones make place.
      while (this.#byteLength + byteLength > roomsByteLengthMax && this.#free.length > 0) this.#byteLength -= this.#free.pop()!.byteLength
      if (this.#taken === 0 || (this.#taken < roomsMax && this.#byteLength + byteLength <= roomsByteLengthMax)) {
        this.#taken += 1
        this.#byteLength += byteLength
        return Buffer.allocUnsafeSlow(byteLength)
      }
      await new Promise<void>(resolve => { this.#waiting.push(resolve) })
    }
  }

  give(room: Buffer): void {
    this.#taken -= 1
    this.#free.push(room)
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
