/** Assembles whole files, as an upload does, without a network. */
import { createHash } from 'node:crypto'
import { FileAssembly } from '../../lib/xet/assembly.ts'
import { hashChunk } from '../../lib/xet/hashes.ts'
import { KnownChunks } from '../../lib/xet/known-chunks.ts'
import { formatShards, type FileEntry } from '../../lib/xet/shard.ts'
import { Xorb } from '../../lib/xet/xorb.ts'
import { splitBytes } from './split.ts'

export interface Assembled {
  readonly xorbs: Xorb[]
  readonly files: FileEntry[]
  readonly shards: Buffer[]
  /** Of each file. */
  readonly newLengths: number[]
}

/** One file after the other; their last chunks go together into xorbs. */
export function assemble(
  contents: readonly Uint8Array[],
  { known = new KnownChunks(), xorbLengthMax }: { known?: KnownChunks; xorbLengthMax?: number } = {},
): Assembled {
  const xorbs: Xorb[] = []
  let shared = new Xorb(xorbLengthMax)
  const finished = contents.map((bytes) => {
    const assembly = new FileAssembly(known, xorbLengthMax)
    for (const chunk of splitBytes(bytes)) {
      const hash = hashChunk(chunk)
      xorbs.push(...assembly.add({ bytes: chunk, hash }, known.find({ hash, byteLength: chunk.length }, 0)))
    }
    const { full, rest, describe } = assembly.finish()
    xorbs.push(...full)
    if (!shared.absorb(rest)) {
      xorbs.push(shared)
      shared = rest
    }
    return { describe, newLength: assembly.newLength, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
  if (shared.chunks.length > 0) xorbs.push(shared)
  const entries = xorbs.map((xorb) => ({ hash: xorb.finish(), chunks: xorb.chunks, byteLength: xorb.byteLength }))
  const files = finished.map(({ describe, sha256 }) => describe(sha256))
  return { xorbs, files, shards: [...formatShards(entries, files)], newLengths: finished.map((each) => each.newLength) }
}
