/** Cuts a stream into the parts of a multipart upload, without ever holding the whole of it. */

/** A part up to this long is kept until it is stored, so that it alone can be sent again. */
const keptByteLength = 16 * 1024 * 1024

export interface Part {
  /** The part's bytes from its start; a second time only where they were kept. */
  readonly open: () => ReadableStream<Uint8Array>
  /** Whether sending it again can do any good. */
  readonly repeatable: () => boolean
}

/** Gives the next part at every call; each must have been read to its end before the next is asked for. */
export function cutParts(stream: ReadableStream<Uint8Array>): (byteLength: number) => Part {
  const reader = stream.getReader()
  let rest: Uint8Array = new Uint8Array()
  let broken = false
  // One for all parts: what the network hands over can go at once.
  let room: Buffer | null = null

  const read = async (byteLengthMax: number): Promise<Uint8Array> => {
    try {
      while (rest.byteLength === 0) {
        const { value } = await reader.read()
        if (value === undefined) throw new Error('Cannot cut the next part: the stream ended before it.')
        rest = value
      }
    } catch (error) {
      broken = true
      throw error
    }
    const chunk = rest.subarray(0, byteLengthMax)
    rest = rest.subarray(chunk.byteLength)
    return chunk
  }

  const readKept = async (byteLengthMax: number, into: Buffer, offset: number): Promise<Uint8Array> => {
    const chunk = await read(byteLengthMax)
    into.set(chunk, offset)
    return into.subarray(offset, offset + chunk.byteLength)
  }

  return byteLength => {
    const keep = byteLength <= keptByteLength
    if (keep) room ??= Buffer.allocUnsafeSlow(byteLength)
    // Promises, because a part that is sent again must not read past a chunk that its first sending still waits for.
    const kept: Promise<Uint8Array>[] = []
    const open = () => {
      let [index, sent] = [0, 0]
      return new ReadableStream<Uint8Array>({
        async pull(controller) {
          const next = kept[index] ?? (keep ? readKept(byteLength - sent, room!, sent) : read(byteLength - sent))
          if (keep) kept[index] = next
          const chunk = await next
          index += 1
          sent += chunk.byteLength
          controller.enqueue(chunk)
          if (sent === byteLength) controller.close()
        },
      }, { highWaterMark: 0 })
    }
    return { open, repeatable: () => keep && !broken }
  }
}
