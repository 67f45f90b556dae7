/** Bands that share one stream of lines: data, progress for people, and a fatal error (gitprotocol-pack(5)). */
import { broken, saidByServer } from './failure.ts'

/** The data of lines that are here, which is band 1. */
export function joinBand(lines: readonly Buffer[]): Buffer {
  return Buffer.concat(lines.filter(([band]) => band === 1).map((line) => line.subarray(1)))
}

/**
 * The data of lines as they come. Progress is dropped.
 * @throws {RemoteError} For an error of the server, with its words.
 * @throws {IntegrityError} For a line of no band.
 */
export async function* readBand(lines: AsyncIterable<Buffer | null>): AsyncGenerator<Buffer, void> {
  for await (const line of lines) {
    const band = line?.[0]
    if (band === 3) throw saidByServer(line!.toString('utf8', 1))
    if (band !== 1 && band !== 2) throw broken('a line belongs to no band')
    if (band === 1) yield line!.subarray(1)
  }
}
