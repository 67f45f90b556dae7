import { Chunker } from '../../lib/xet/chunker.ts'

/** The chunks of some bytes, which are pushed in pieces of such lengths, again and again; each a copy. */
export function splitBytes(bytes: Uint8Array, ...lengths: number[]): Uint8Array[] {
  const chunker = new Chunker()
  const chunks: Uint8Array[] = []
  let at = 0
  for (let piece = 0; at < bytes.length; piece++) {
    const length = lengths[piece % lengths.length] ?? bytes.length
    for (const chunk of chunker.push(bytes.subarray(at, at + length))) chunks.push(chunk.slice())
    at += length
  }
  const rest = chunker.finish()
  return rest === null ? chunks : [...chunks, rest.slice()]
}
